-- Verdicts of hosts that have news wait for the next 'modtrail verify'; and since when cells
-- stand as they do depends on claims of before (check-again.sql).
-- Words that are newer than the trail are filled in when a program needs them.
DELETE FROM main.cell WHERE host_id IN (SELECT host_id FROM stored.news);
INSERT INTO main.cell SELECT * FROM stored.cell WHERE host_id IN (SELECT host_id FROM stored.news);
DELETE FROM main.judgement WHERE host_id IN (SELECT host_id FROM stored.news);
INSERT INTO main.judgement SELECT * FROM stored.judgement
WHERE host_id IN (SELECT host_id FROM stored.news);
DELETE FROM main.cell_change
WHERE host_id IN (SELECT host_id FROM stored.news UNION SELECT host_id FROM temp.claimed);
INSERT INTO main.cell_change SELECT * FROM stored.cell_change
WHERE host_id IN (SELECT host_id FROM stored.news UNION SELECT host_id FROM temp.claimed);

DELETE FROM main.news;
INSERT INTO main.news SELECT * FROM stored.news;
DELETE FROM main.news_count;
INSERT INTO main.news_count SELECT * FROM stored.news_count;
INSERT INTO main.horizon SELECT * FROM stored.horizon;
INSERT INTO main.pruned SELECT * FROM stored.pruned;
INSERT INTO main.late SELECT * FROM stored.late;
INSERT INTO main.gap SELECT * FROM stored.gap;
INSERT INTO main.older SELECT * FROM stored.older;
INSERT INTO main.stamp SELECT * FROM stored.stamp;
DELETE FROM main.word AS d
WHERE number > (SELECT coalesce(max(number), -1) FROM stored.word WHERE kind = d.kind);
