INSERT INTO cell (
	host_id, mechanism, actor, verdict, reason, stage, claimed, claim_source, expect, probes,
	seen, seen_keys, rule, place, detail, remedy, event_id, checked_ms
) VALUES (
	:host_id, :mechanism, :actor, :verdict, :reason, :stage, :claimed, nullif(:source, -1),
	:expect, :probes, :seen, nullif(:seen_keys, ''), nullif(:rule, ''), nullif(:place, ''),
	nullif(:detail, ''), nullif(:remedy, ''), nullif(:event_id, 0), nullif(:checked_ms, 0)
);
