-- Everything that is known to be missing.
DROP VIEW IF EXISTS host_loss;
CREATE VIEW host_loss AS
SELECT host_id, kind, count, time_ms, until_ms, what, place FROM log_loss
UNION ALL
SELECT host_id, 4, count, time_ms, until_ms, 'records refused by the kernel', place
FROM kernel_loss
UNION ALL
SELECT host_id, 6, count(*), time_ms, time_ms,
	CASE WHEN EXISTS (SELECT 1 FROM event AS e JOIN record AS r ON r.event_id = e.id
			WHERE e.host_id = t.host_id AND e.time_ms = t.time_ms AND e.serial = t.serial
				AND e.daemon = t.daemon AND r.loose IS NOT NULL)
		THEN 'two events with one id, some records may be of either'
		ELSE 'two events with one id' END,
	'serial ' || serial
FROM event AS t
WHERE twin > 0
GROUP BY host_id, time_ms, serial, daemon;
