-- The days of hosts, UTC: the numbers of days since 1970. :host, :day NULL: all
SELECT m.id AS host_id, m.name AS host, e.time_ms / 86400000 AS day
FROM machine AS m
JOIN event AS e ON e.host_id = m.id
	AND (:day IS NULL OR e.time_ms BETWEEN :day * 86400000 AND :day * 86400000 + 86399999)
WHERE :host IS NULL OR m.name = :host
GROUP BY m.id, day
ORDER BY m.name, day;
