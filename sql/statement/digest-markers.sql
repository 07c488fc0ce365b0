-- What root wrote into the log of digests. 5: EVENT_MARKER
SELECT e.id, e.time_ms, e.host_id, e.detail
FROM event AS e
WHERE e.kind = 5 AND e.uid = 0
	AND e.detail >= 'op=modtrail-digest ' AND e.detail < 'op=modtrail-digest!'
ORDER BY e.time_ms, e.serial;
