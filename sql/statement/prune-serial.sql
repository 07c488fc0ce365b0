DELETE FROM serial_run
WHERE host_id = :host_id AND to_ms < (
	SELECT max(to_ms) FROM serial_run WHERE host_id = :host_id AND to_ms < :limit_ms);
