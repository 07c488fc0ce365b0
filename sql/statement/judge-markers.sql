-- What counts of a run; of one that may speak for its host, what its own process did.
-- believed 0: see the view believed_run.
SELECT e.detail AS detail, m.time_ms AS time_ms, m.writer AS pid, m.serial AS serial,
	r.run IS NOT NULL AS believed, m.signature AS signature
FROM marker AS m
JOIN event AS e ON e.id = m.event_id
LEFT JOIN believed_run AS r ON r.host_id = m.host_id AND r.run = m.run
WHERE m.host_id = :host_id AND m.run = :run AND m.accepted
	AND (r.run IS NULL
		OR (m.writer = r.writer AND m.serial >= r.begun_serial
			AND m.serial <= coalesce(r.ended_serial, m.serial)
			AND m.time_ms BETWEEN r.begun_ms - 3600000 AND r.begun_ms + 3600000))
ORDER BY m.serial, m.time_ms;
