-- show-chain.sql - the events around the action :id, oldest first
--
-- :run  the tool run that it belongs to; NULL: none, the action stands alone
--
-- That is the tool run and all the calls it made, with their records.
SELECT
	e.id AS id,
	e.time_ms AS time,
	e.serial AS serial,
	CASE WHEN e.kind = 2 AND e.success THEN 'tool run' ELSE a.action END AS step,
	CASE e.kind WHEN 2 THEN e.module ELSE a.module END AS module,
	CASE WHEN e.kind = 2 AND e.success THEN NULL ELSE a.outcome END AS outcome,
	a.error AS error,
	a.syscall AS syscall,
	CASE e.kind WHEN 2 THEN e.tool ELSE a.tool END AS tool,
	c.command AS command,
	r.raw AS raw
FROM event AS e
LEFT JOIN activity AS a ON a.id = e.id
LEFT JOIN command_line AS c ON c.event_id = e.id AND e.kind = 2
LEFT JOIN record AS r ON r.event_id = e.id
WHERE e.id IN (
	SELECT :id
	UNION SELECT :run
	UNION SELECT event_id FROM link WHERE run_id = :run
)
ORDER BY e.time_ms, e.serial, e.id;
