SELECT run FROM note WHERE host_id = :host_id AND begun_ms < :before_ms;
