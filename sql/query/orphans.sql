-- Which records are in pieces: names of modules whose call was lost?
SELECT strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	m.name AS host, e.module, e.serial, e.id
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
WHERE e.kind = 7
ORDER BY e.time_ms, e.serial;
