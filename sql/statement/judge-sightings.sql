-- What the process of an act did meanwhile: calls and tool runs, of a child of the run's own. :writer
-- NULL: whose child is not known. An act leaves a few; of more than :limit, which no
-- act leaves, the first are looked at. A tool that was refused did not run.
SELECT id, time_ms, pid, auid, call, abi, tool, module, keys, success
FROM (
	SELECT * FROM (
		SELECT * FROM event
		WHERE kind = 1 AND host_id = :host_id AND pid = :pid
			AND time_ms BETWEEN :begun_ms AND :ended_ms
		ORDER BY time_ms, serial
		LIMIT :limit)
	UNION ALL
	SELECT * FROM (
		SELECT * FROM event
		WHERE kind = 2 AND success AND host_id = :host_id AND pid = :pid
			AND time_ms BETWEEN :begun_ms AND :ended_ms
		ORDER BY time_ms, serial
		LIMIT :limit)
)
WHERE :writer IS NULL OR ppid = :writer
ORDER BY time_ms, serial;
