-- The keys that sign the self-tests of each host: its own by all that is known, and others that
-- nobody accepted.
DROP VIEW IF EXISTS selftest_key;
CREATE VIEW selftest_key AS
SELECT
	m.name AS host,
	substr(k.key, 1, 12) AS key_id,
	k.key AS public_key,
	strftime('%Y-%m-%dT%H:%M:%fZ', k.first_ms / 1000.0, 'unixepoch') AS first_seen,
	strftime('%Y-%m-%dT%H:%M:%fZ', k.until_ms / 1000.0, 'unixepoch') AS until,
	(SELECT word FROM word WHERE kind = 'trust' AND number = k.trust) AS trust
FROM (
	SELECT host_id, key, nullif(first_ms, 0) AS first_ms, until_ms, trust FROM host_key
	UNION ALL
	SELECT r.host_id, r.key, min(r.begun_ms), NULL, NULL
	FROM refused_run AS r
	WHERE r.signature = 3
		AND NOT EXISTS (SELECT 1 FROM host_key AS h WHERE h.host_id = r.host_id AND h.key = r.key)
	GROUP BY r.host_id, r.key
) AS k
JOIN machine AS m ON m.id = k.host_id;
