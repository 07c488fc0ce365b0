-- What is missing before each run of a host.
UPDATE serial_run AS r
SET skipped = b.gap, skipped_ms = b.since
FROM (
	SELECT first_serial, last_serial, from_ms,
		max(first_serial - coalesce(known_serial, first_serial) - 1, 0) AS gap,
		CASE WHEN known_serial IS NULL THEN boot_before_ms
			WHEN first_serial > known_serial + 1 THEN known_ms END AS since
	FROM serial_boot
	WHERE host_id = :host_id
) AS b
WHERE r.host_id = :host_id AND r.last_serial = b.last_serial AND r.first_serial = b.first_serial
	AND r.from_ms = b.from_ms AND (r.skipped <> b.gap OR r.skipped_ms IS NOT b.since);
