-- The tool run that ends what an event up to time_ms may have led to.
SELECT time_ms, serial FROM event
WHERE kind = 2 AND success AND host_id = :host_id AND pid = :pid
	AND time_ms > :time_ms AND time_ms <= :newest_ms
ORDER BY time_ms, serial
LIMIT 1;
