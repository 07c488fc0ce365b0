INSERT INTO cell_change (host_id, mechanism, actor, since_ms, run, verdict, reason, event_id)
VALUES (:host_id, :mechanism, :actor, :since_ms, :run, :verdict, :reason, nullif(:event_id, 0))
ON CONFLICT DO NOTHING;
