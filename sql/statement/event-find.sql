SELECT id, kind, pid FROM event
WHERE host_id = :host_id AND time_ms = :time_ms AND serial = :serial AND daemon = :daemon;
