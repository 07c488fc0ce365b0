-- Runs that may be one with another: they share serials with it, or touch it.
SELECT first_serial, last_serial, from_ms, to_ms, missing, skipped, skipped_ms FROM serial_run
WHERE host_id = :host_id AND last_serial >= :first_serial - 1 AND first_serial <= :last_serial + 1;
