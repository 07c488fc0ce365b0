SELECT head, kind, what, time_ms FROM known_loss
WHERE host_id = :host_id AND time_ms < :before_ms;
