-- The last change of rules or start of auditd between two runs.
SELECT id FROM (
	SELECT id, time_ms, serial FROM event
	WHERE host_id = :host_id AND kind = 3 AND time_ms BETWEEN :from_ms AND :to_ms
	UNION ALL
	SELECT id, time_ms, serial FROM event
	WHERE host_id = :host_id AND kind = 4 AND time_ms BETWEEN :from_ms AND :to_ms
		AND (op = 'start' OR NOT daemon)
)
ORDER BY time_ms DESC, serial DESC
LIMIT 1;
