-- Those that were judged, and those that do not count. (+ keeps SQLite from the index over time.)
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
	b.ended_ms AS finished_ms,
	(SELECT word FROM word WHERE kind = 'signature' AND number = b.signature) AS signature,
	b.acts_missing AS acts_missing,
	b.claims_missing AS claims_missing
FROM (
	SELECT host_id, run, begun_ms, ended_ms, probes, seen, worst, caveats, signature,
		acts_missing, claims_missing
	FROM judgement
	UNION ALL
	SELECT host_id, run, begun_ms, (SELECT max(+e.time_ms) FROM marker AS e
		WHERE e.host_id = r.host_id AND e.run = r.run AND e.word = 6), NULL, NULL, 3, NULL, signature,
		NULL, NULL
	FROM refused_run AS r
) AS b
JOIN machine AS m ON m.id = b.host_id;
