-- The tool run that calls from time_ms on may belong to.
SELECT time_ms, serial FROM event
WHERE kind = 2 AND success AND host_id = :host_id AND pid = :pid
	AND time_ms >= :oldest_ms AND time_ms < :time_ms
ORDER BY time_ms DESC, serial DESC
LIMIT 1;
