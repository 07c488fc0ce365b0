INSERT INTO news (host_id, from_ms)
SELECT id, :time_ms FROM machine WHERE name = :host
ON CONFLICT (host_id) DO UPDATE SET from_ms = min(from_ms, excluded.from_ms);
