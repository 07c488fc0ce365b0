DELETE FROM serial_run
WHERE host_id = :host_id AND last_serial = :last_serial AND first_serial = :first_serial
	AND from_ms = :from_ms;
