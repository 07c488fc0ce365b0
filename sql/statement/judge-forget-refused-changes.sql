-- What those runs changed.
DELETE FROM cell_change
WHERE host_id = :host_id AND since_ms >= :from_ms
	AND run NOT IN (SELECT run FROM judgement WHERE host_id = :host_id)
	AND EXISTS (SELECT 1 FROM marker AS m WHERE m.host_id = :host_id AND m.run = cell_change.run);
