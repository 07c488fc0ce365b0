DELETE FROM cell_change WHERE host_id = :host_id AND since_ms >= :from_ms;
