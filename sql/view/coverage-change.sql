DROP VIEW IF EXISTS coverage_change;
CREATE VIEW coverage_change AS
SELECT
	m.name AS host,
	(SELECT word FROM word WHERE kind = 'mechanism' AND number = h.mechanism) AS mechanism,
	(SELECT word FROM word WHERE kind = 'actor' AND number = h.actor) AS actor,
	strftime('%Y-%m-%dT%H:%M:%fZ', h.since_ms / 1000.0, 'unixepoch') AS since,
	(SELECT word FROM word WHERE kind = 'verdict' AND number = h.verdict) AS verdict,
	(SELECT word FROM word WHERE kind = 'reason' AND number = h.reason) AS reason,
	h.run AS selftest,
	h.event_id AS change_id,
	CASE e.kind WHEN 3 THEN e.op || coalesce(' key ' || replace(e.keys, char(1), ','), '')
			|| CASE e.result WHEN 0 THEN ' (refused)' ELSE '' END
		WHEN 4 THEN CASE e.daemon WHEN 1 THEN 'auditd: ' || e.op ELSE 'boot' END END AS change,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS changed,
	h.since_ms AS since_ms
FROM cell_change AS h
JOIN machine AS m ON m.id = h.host_id
LEFT JOIN event AS e ON e.id = h.event_id;
