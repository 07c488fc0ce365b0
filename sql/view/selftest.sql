DROP VIEW IF EXISTS selftest;
CREATE VIEW selftest AS
SELECT
	b.run AS id,
	m.name AS host,
	strftime('%Y-%m-%dT%H:%M:%fZ', b.begun_ms / 1000.0, 'unixepoch') AS started,
	strftime('%Y-%m-%dT%H:%M:%fZ', b.ended_ms / 1000.0, 'unixepoch') AS finished,
	b.probes AS probes,
	b.seen AS seen,
	(SELECT word FROM word WHERE kind = 'status' AND number = b.worst) AS status,
	nullif(b.caveats, '') AS caveats,
	b.begun_ms AS started_ms,
	b.ended_ms AS finished_ms
FROM judgement AS b
JOIN machine AS m ON m.id = b.host_id;
