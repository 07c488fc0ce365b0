-- Boots whose beginning was not read, nor that of an auditd, while something was
-- read of the boot before: what lay between has gone. An auditd that begins
-- with the host has its start right there, and the kernel's first few events come
-- before any auditd.
DROP VIEW IF EXISTS boot_loss;
CREATE VIEW boot_loss AS
SELECT host_id, skipped_ms AS time_ms, from_ms AS until_ms, first_serial - 1 AS count
FROM serial_run AS r
WHERE skipped = 0 AND skipped_ms IS NOT NULL AND first_serial > 16
	AND NOT EXISTS (SELECT 1 FROM event AS e
		WHERE e.host_id = r.host_id AND e.kind = 4 AND e.op IN ('start', 'initialized')
			AND e.time_ms > r.skipped_ms AND e.time_ms <= r.from_ms + 600000);
