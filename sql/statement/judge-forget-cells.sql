DELETE FROM cell WHERE host_id = :host_id;
