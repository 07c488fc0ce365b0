INSERT INTO host_key (host_id, key, first_ms, trust)
VALUES (:host_id, :key, :time_ms, :trust)
ON CONFLICT (host_id, key) DO UPDATE SET
	first_ms = min(first_ms, excluded.first_ms), until_ms = NULL, trust = excluded.trust
WHERE until_ms IS NOT NULL OR trust <> excluded.trust OR excluded.first_ms < first_ms;
