SELECT count(*) FROM serial_run WHERE host_id = :host_id;
