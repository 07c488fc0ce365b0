INSERT INTO note (host_id, run, begun_ms, reason, detail)
VALUES ((SELECT id FROM machine WHERE name = :host), :run, :begun_ms, nullif(:reason, -1), :detail)
ON CONFLICT (host_id, run) DO UPDATE SET
	begun_ms = excluded.begun_ms, reason = excluded.reason, detail = excluded.detail;
