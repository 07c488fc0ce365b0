-- The oldest runs of a host, boot by boot.
SELECT first_serial, last_serial, from_ms, to_ms, missing, skipped, skipped_ms, boot
FROM (SELECT * FROM serial_boot WHERE host_id = :host_id ORDER BY to_ms, last_serial LIMIT :count)
ORDER BY boot, first_serial, last_serial;
