DROP VIEW IF EXISTS host;
CREATE VIEW host AS
SELECT
	name,
	strftime('%Y-%m-%dT%H:%M:%fZ', first_seen_ms / 1000.0, 'unixepoch') AS first_seen,
	strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_ms / 1000.0, 'unixepoch') AS last_seen,
	strftime('%Y-%m-%dT%H:%M:%fZ', last_selftest_ms / 1000.0, 'unixepoch') AS last_selftest,
	CASE WHEN failing > 0 THEN 'critical' WHEN gaps > 0 OR cut OR (proven AND doubted) THEN 'warning'
		WHEN first_seen_ms IS NULL THEN 'no events' WHEN losses > 0 THEN 'losses'
		WHEN NOT proven THEN 'unknown' ELSE 'ok' END
		AS status,
	losses,
	first_seen_ms,
	last_seen_ms,
	last_selftest_ms,
	failing,
	gaps,
	doubted
FROM (
	SELECT
		m.name AS name,
		(SELECT min(time_ms) FROM event WHERE host_id = m.id) AS first_seen_ms,
		(SELECT max(time_ms) FROM event WHERE host_id = m.id) AS last_seen_ms,
		(SELECT count(*) FROM host_loss WHERE host_id = m.id) AS losses,
		(SELECT max(begun_ms) FROM judgement WHERE host_id = m.id AND latest) AS last_selftest_ms,
		(SELECT count(*) FROM cell WHERE host_id = m.id AND verdict IN
			(SELECT number FROM word WHERE kind = 'verdict' AND severity = 2)) AS failing,
		(SELECT count(*) FROM cell WHERE host_id = m.id AND verdict IN
			(SELECT number FROM word WHERE kind = 'verdict' AND severity = 1)) AS gaps,
		EXISTS (SELECT 1 FROM cell WHERE host_id = m.id AND verdict = 0) AS proven,
		EXISTS (SELECT 1 FROM cell AS c
			JOIN judgement AS j ON j.host_id = c.host_id AND j.run = c.run
			WHERE c.host_id = m.id AND j.signature = 0)
		OR EXISTS (SELECT 1 FROM last_refused AS r
			LEFT JOIN judgement AS j ON j.host_id = r.host_id AND j.latest
			WHERE r.host_id = m.id AND r.begun_ms > coalesce(j.begun_ms, r.begun_ms - 1)) AS doubted,
		EXISTS (SELECT 1 FROM host_cut WHERE host_id = m.id) AS cut
	FROM machine AS m
);
