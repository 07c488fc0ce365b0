DELETE FROM news WHERE host_id = :host_id;
