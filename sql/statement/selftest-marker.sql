-- selftest-marker.sql - has a marker of a run arrived, and under which host's name?
SELECT m.name AS host
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
WHERE e.kind = 5 AND e.op = :op AND e.uid = 0 AND e.time_ms >= :from_ms
	AND instr(e.detail, 'run=' || :run) > 0
ORDER BY e.time_ms DESC
LIMIT 1;
