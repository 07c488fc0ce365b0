-- The processes whose calls a start of auditd may cut off from their tool runs.
SELECT DISTINCT pid, time_ms FROM event
WHERE kind = 1 AND host_id = :host_id AND time_ms BETWEEN :from_ms AND :to_ms
	AND pid IS NOT NULL;
