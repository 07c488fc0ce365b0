DELETE FROM cell_change
WHERE host_id = :host_id AND mechanism = :mechanism AND actor = :actor AND since_ms = :since_ms;
