-- The calls and tool runs of one process, from one point of its history
-- (included) to another (excluded), in order.
SELECT id, kind, time_ms, serial, ppid, auid, ses, comm, exe, tty, argv, success,
	call, module
FROM event
WHERE kind = 1 AND host_id = :host_id AND pid = :pid
	AND (time_ms, serial) >= (:from_ms, :from_serial)
	AND (time_ms, serial) < (:to_ms, :to_serial)
UNION ALL
SELECT id, kind, time_ms, serial, ppid, auid, ses, comm, exe, tty, argv, success,
	NULL AS call, NULL AS module
FROM event
WHERE kind = 2 AND host_id = :host_id AND pid = :pid
	AND (time_ms, serial) >= (:from_ms, :from_serial)
	AND (time_ms, serial) < (:to_ms, :to_serial)
ORDER BY time_ms, serial;
