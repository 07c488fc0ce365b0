INSERT INTO serial_run (host_id, last_serial, first_serial, from_ms, to_ms, missing, skipped,
	skipped_ms)
VALUES (:host_id, :last_serial, :first_serial, :from_ms, :to_ms, :missing, :skipped, :skipped_ms);
