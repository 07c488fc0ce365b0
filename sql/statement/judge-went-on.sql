-- Does the host's log go on after a run?
SELECT 1 FROM event WHERE host_id = :host_id AND time_ms > :ended_ms LIMIT 1;
