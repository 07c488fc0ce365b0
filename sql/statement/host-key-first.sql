-- A self-test of a host began under this key. The first one is taken for the host's own, unless it
-- is known to be that of another host. A row if that changes which markers count.
INSERT INTO host_key (host_id, key, first_ms, trust)
SELECT :host_id, :key, :time_ms, 0
WHERE EXISTS (SELECT 1 FROM host_key WHERE host_id = :host_id AND key = :key)
	OR NOT EXISTS (SELECT 1 FROM host_key WHERE host_id = :host_id OR key = :key)
ON CONFLICT (host_id, key) DO UPDATE SET first_ms = excluded.first_ms
WHERE excluded.first_ms < first_ms
RETURNING 1;
