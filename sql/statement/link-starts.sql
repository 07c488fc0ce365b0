-- When auditd started, or audit itself (KERNEL).
SELECT time_ms FROM event
WHERE kind = 4 AND host_id = :host_id AND time_ms BETWEEN :from_ms AND :to_ms
	AND (op = 'start' OR NOT daemon)
ORDER BY time_ms;
