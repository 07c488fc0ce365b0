DROP VIEW IF EXISTS loss;
CREATE VIEW loss AS
SELECT
	m.name AS host,
	strftime('%Y-%m-%dT%H:%M:%fZ', l.time_ms / 1000.0, 'unixepoch') AS time,
	l.time_ms AS time_ms,
	(SELECT word FROM word WHERE kind = 'loss' AND number = l.kind) AS kind,
	l.count AS count,
	l.what || ' (' || l.place || ')' AS detail,
	l.what AS what,
	l.place AS place,
	strftime('%Y-%m-%dT%H:%M:%fZ', l.until_ms / 1000.0, 'unixepoch') AS until,
	l.until_ms AS until_ms
FROM host_loss AS l
JOIN machine AS m ON m.id = l.host_id;
