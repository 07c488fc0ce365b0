SELECT e.detail AS detail, e.time_ms AS time_ms, e.pid AS pid, e.uid AS uid
FROM marker AS m
JOIN event AS e ON e.id = m.event_id
WHERE m.host_id = :host_id AND m.run = :run
ORDER BY e.time_ms, e.serial;
