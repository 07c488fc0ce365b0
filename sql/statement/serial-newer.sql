SELECT EXISTS (SELECT 1 FROM serial_run WHERE host_id = :host_id AND to_ms > :to_ms);
