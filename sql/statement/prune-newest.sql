-- When the trail's newest event was, be it one that was kept or one whose serial was counted.
SELECT max(time_ms) FROM (
	SELECT max(time_ms) AS time_ms FROM event
	UNION ALL
	SELECT max(to_ms) FROM serial_run);
