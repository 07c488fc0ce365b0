-- Which runs belong to one boot. In the order of time a boot begins where serials
-- go back: by more than a moment, as processors write in each other's way; and
-- nobody is silent for more than 400 days.
DROP VIEW IF EXISTS serial_boot;
CREATE VIEW serial_boot AS
WITH ordered AS (
	SELECT *, lag(last_serial) OVER o AS before, lag(to_ms) OVER o AS before_ms
	FROM serial_run
	WINDOW o AS (PARTITION BY host_id ORDER BY to_ms, last_serial)
), booted AS (
	SELECT *, sum(begins) OVER (PARTITION BY host_id ORDER BY to_ms, last_serial
		ROWS UNBOUNDED PRECEDING) AS boot
	FROM (
		SELECT *, coalesce((first_serial <= before AND to_ms > before_ms + 1000)
			OR from_ms > before_ms + 400 * 86400000, 0) AS begins
		FROM ordered
	)
)
SELECT
	host_id, boot, first_serial, last_serial, from_ms, to_ms, missing, skipped, skipped_ms,
	max(last_serial) OVER b AS known_serial,	-- before it, in this boot; NULL: it is the first
	max(to_ms) OVER b AS known_ms,
	CASE WHEN begins THEN before_ms END AS boot_before_ms
FROM booted
WINDOW b AS (PARTITION BY host_id, boot ORDER BY first_serial, last_serial
	ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);
