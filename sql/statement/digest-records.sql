-- A day's records in an order that is the same in every trail.
SELECT e.id, r.raw
FROM event AS e
JOIN record AS r ON r.event_id = e.id
WHERE e.host_id = :host_id AND e.time_ms BETWEEN :from_ms AND :from_ms + 86399999
	AND e.id <= :last_id
ORDER BY e.time_ms, e.serial, e.daemon, r.raw;
