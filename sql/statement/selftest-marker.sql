-- selftest-marker.sql - has a marker of a run arrived, and under which host's name?
--
-- Others may forge it: only what the process wrote that began the run counts, and only under its
-- key. So without the first marker nothing has arrived.
SELECT m.name AS host
FROM event AS e
JOIN marker AS k ON k.event_id = e.id
JOIN machine AS m ON m.id = e.host_id
WHERE e.kind = 5 AND e.op = :op AND k.key = :key AND e.time_ms >= :from_ms AND k.run = :run
	AND e.pid = (
		SELECT b.pid
		FROM marker AS f
		JOIN event AS b ON b.id = f.event_id
		WHERE f.host_id = e.host_id AND f.run = :run AND b.op = 'modtrail-begin' AND f.key = :key
		ORDER BY b.time_ms, b.serial
		LIMIT 1)
ORDER BY e.time_ms DESC
LIMIT 1;
