-- Spans in which auditd was not there: from its end to its next start; from the
-- last that is known before that start if it has no end. (+: there are few such
-- events, and many of a time.)
DROP VIEW IF EXISTS daemon_loss;
CREATE VIEW daemon_loss AS
SELECT
	host_id,
	CASE WHEN ended IS NULL
		THEN max((SELECT max(time_ms) FROM event AS b
				WHERE b.host_id = s.host_id AND b.time_ms < s.time_ms),
			coalesce((SELECT max(to_ms) FROM serial_run AS r
				WHERE r.host_id = s.host_id AND r.to_ms < s.time_ms), 0))
		ELSE ended_ms END AS time_ms,
	time_ms AS until_ms,
	CASE ended WHEN 0 THEN 'auditd was stopped' WHEN 1 THEN 'auditd broke off'
		ELSE 'auditd was killed' END AS what,
	'process ' || pid || ' began' AS place
FROM (
	SELECT e.host_id AS host_id, +e.time_ms AS time_ms, e.pid AS pid,
		p.time_ms AS ended_ms,
		CASE p.op WHEN 'start' THEN NULL WHEN 'terminate' THEN 0 ELSE 1 END AS ended
	FROM event AS e
	JOIN event AS p ON p.id = (
		SELECT b.id FROM event AS b
		WHERE b.host_id = e.host_id AND b.kind = 4 AND b.daemon AND b.time_ms < e.time_ms
			AND (b.op IN ('start', 'terminate')
				OR EXISTS (SELECT 1 FROM record WHERE event_id = b.id
					AND instr(raw, CAST('type=DAEMON_ABORT ' AS BLOB))))
		ORDER BY b.time_ms DESC
		LIMIT 1)
	WHERE e.kind = 4 AND e.daemon AND e.op = 'start'
) AS s;
