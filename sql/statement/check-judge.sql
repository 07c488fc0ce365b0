-- Self-tests whose records were pruned are known by their rows alone; all others are
-- judged anew.
INSERT INTO main.judgement SELECT * FROM stored.judgement AS j
WHERE begun_ms < (SELECT before_ms FROM stored.horizon)
	AND NOT EXISTS (SELECT 1 FROM main.marker WHERE host_id = j.host_id AND run = j.run)
	AND NOT EXISTS (SELECT 1 FROM main.note WHERE host_id = j.host_id AND run = j.run);
INSERT INTO main.cell_change SELECT * FROM stored.cell_change
WHERE since_ms < (SELECT before_ms FROM stored.horizon);
DELETE FROM main.news;
INSERT INTO main.news (host_id, from_ms) SELECT id, 0 FROM main.machine;
