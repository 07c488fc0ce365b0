DELETE FROM main.news
WHERE host_id IN (SELECT host_id FROM temp.apart) AND host_id NOT IN (SELECT host_id FROM temp.news);
DELETE FROM main.judgement WHERE (host_id, run) IN (SELECT * FROM temp.old_judgement);
INSERT OR REPLACE INTO main.judgement SELECT * FROM temp.new_judgement;
DELETE FROM main.cell WHERE (host_id, mechanism, actor) IN (SELECT * FROM temp.old_cell);
INSERT OR REPLACE INTO main.cell SELECT * FROM temp.new_cell;
DELETE FROM main.cell_change
WHERE (host_id, mechanism, actor, since_ms) IN (SELECT * FROM temp.old_change);
INSERT OR REPLACE INTO main.cell_change SELECT * FROM temp.new_change;
