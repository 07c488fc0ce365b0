-- What is known to be missing by readers, serials and auditd's own records.
DROP VIEW IF EXISTS log_loss;
CREATE VIEW log_loss AS
SELECT host_id, kind, count, time_ms, coalesce(until_ms, time_ms) AS until_ms, what, place
FROM known_loss
WHERE count > 0
UNION ALL
SELECT host_id, 3, skipped, skipped_ms, max(from_ms, skipped_ms), 'serials not seen',
	'serial ' || (first_serial - skipped)
		|| CASE WHEN skipped > 1 THEN ' to ' || (first_serial - 1) ELSE '' END
FROM serial_run
WHERE skipped > 0
UNION ALL
SELECT host_id, 3, missing, from_ms, to_ms, 'serials not seen, in many gaps',
	'serial ' || first_serial || ' to ' || last_serial
FROM serial_run
WHERE missing > 0
UNION ALL
SELECT host_id, 3, count, time_ms, until_ms, 'beginning of a boot not seen',
	'serial 1 to ' || count || ' at most'
FROM boot_loss
UNION ALL
SELECT host_id, 5, 1, time_ms, until_ms, what, place
FROM daemon_loss;
