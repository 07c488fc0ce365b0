-- What is to be written, so that the turn to write is short.
CREATE TEMP TABLE new_judgement AS SELECT * FROM temp.judgement EXCEPT SELECT * FROM main.judgement;
CREATE TEMP TABLE old_judgement AS
	SELECT host_id, run FROM main.judgement WHERE host_id IN (SELECT host_id FROM temp.apart)
	EXCEPT SELECT host_id, run FROM temp.judgement;
CREATE TEMP TABLE new_cell AS SELECT * FROM temp.cell EXCEPT SELECT * FROM main.cell;
CREATE TEMP TABLE old_cell AS
	SELECT host_id, mechanism, actor FROM main.cell WHERE host_id IN (SELECT host_id FROM temp.apart)
	EXCEPT SELECT host_id, mechanism, actor FROM temp.cell;
CREATE TEMP TABLE new_change AS SELECT * FROM temp.cell_change EXCEPT SELECT * FROM main.cell_change;
CREATE TEMP TABLE old_change AS
	SELECT host_id, mechanism, actor, since_ms FROM main.cell_change
	WHERE host_id IN (SELECT host_id FROM temp.apart)
	EXCEPT SELECT host_id, mechanism, actor, since_ms FROM temp.cell_change;
COMMIT;
