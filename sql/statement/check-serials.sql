-- Events of the kernel whose serials were never seen, as far back as what was seen is known.
SELECT e.id AS id, e.time_ms AS time_ms, m.name AS host, e.serial AS serial
FROM stored.event AS e
JOIN (
	SELECT host_id, max(min(from_ms), coalesce((SELECT before_ms FROM stored.horizon), min(from_ms)))
		AS from_ms
	FROM stored.serial_run
	GROUP BY host_id
) AS known ON known.host_id = e.host_id AND e.time_ms >= known.from_ms
JOIN stored.machine AS m ON m.id = e.host_id
WHERE NOT e.daemon AND e.serial BETWEEN 1 AND 4294967295
	AND NOT EXISTS (SELECT 1 FROM stored.serial_run AS r
		WHERE r.host_id = e.host_id AND r.last_serial >= e.serial AND r.first_serial <= e.serial);
