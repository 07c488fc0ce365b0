-- The events of an id: one, but for twins.
SELECT e.id, e.pid, e.twin, r.raw, r.loose, r.interrupted
FROM event AS e
JOIN record AS r ON r.event_id = e.id
WHERE e.host_id = :host_id AND e.time_ms = :time_ms AND e.serial = :serial AND e.daemon = :daemon
ORDER BY e.twin;
