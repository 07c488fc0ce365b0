-- How cells stood before the horizon can be known from what was kept of that time only as
-- it stands: what came after is judged from there. Claims that were added count from the
-- last self-test on, so that older ones were judged without them, or with others.
DELETE FROM main.cell_change WHERE since_ms < (SELECT before_ms FROM stored.horizon);
INSERT INTO main.cell_change SELECT * FROM stored.cell_change
WHERE since_ms < (SELECT before_ms FROM stored.horizon);
INSERT OR REPLACE INTO main.news (host_id, from_ms)
SELECT host_id, before_ms + 3600000 FROM stored.horizon, main.marker
WHERE time_ms >= before_ms AND writer IS NOT NULL
UNION
SELECT host_id, before_ms + 3600000 FROM stored.horizon, main.note WHERE begun_ms >= before_ms;

CREATE TEMP TABLE claimed (host_id INTEGER PRIMARY KEY, last_ms INTEGER NOT NULL) STRICT;
INSERT INTO claimed
SELECT host_id, max(begun_ms) FROM main.judgement
WHERE host_id IN (SELECT host_id FROM stored.claim) GROUP BY host_id;
DELETE FROM main.judgement AS j
WHERE begun_ms < (SELECT last_ms FROM claimed WHERE host_id = j.host_id);
INSERT INTO main.judgement SELECT * FROM stored.judgement AS j
WHERE begun_ms < (SELECT last_ms FROM claimed WHERE host_id = j.host_id);
INSERT OR REPLACE INTO main.news (host_id, from_ms) SELECT host_id, 9223372036854775807 FROM claimed;
