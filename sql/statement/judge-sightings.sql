-- Calls and tool runs while a run was under way, of its own children. :writer NULL: whose is not known.
SELECT id, time_ms, pid, auid, call, abi, tool, module, keys, success
FROM event
WHERE host_id = :host_id AND time_ms BETWEEN :begun_ms AND :ended_ms AND kind IN (1, 2)
	AND pid IS NOT NULL AND (:writer IS NULL OR ppid = :writer)
ORDER BY time_ms, serial;
