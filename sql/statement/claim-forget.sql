DELETE FROM claim WHERE host_id = (SELECT id FROM machine WHERE name = :host);
