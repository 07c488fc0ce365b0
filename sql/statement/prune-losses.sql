SELECT head, kind, what FROM known_loss AS l
WHERE host_id = :host_id AND time_ms < :before_ms
	AND NOT EXISTS (
		SELECT 1 FROM kept_run
		WHERE host_id = l.host_id AND l.time_ms BETWEEN from_ms AND to_ms);
