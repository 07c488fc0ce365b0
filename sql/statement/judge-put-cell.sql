INSERT OR REPLACE INTO cell (
	host_id, mechanism, actor, verdict, reason, stage, claimed, claim_source, expect, probes,
	seen, seen_keys, rule, place, file, line, field, value, path, other_rule, other_file,
	other_line, fault, amount, detail, remedy, event_id, checked_ms, run
) VALUES (
	:host_id, :mechanism, :actor, :verdict, :reason, :stage, :claimed, nullif(:source, -1),
	:expect, :probes, :seen, nullif(:seen_keys, ''), nullif(:rule, ''), nullif(:place, ''),
	nullif(:file, ''), nullif(:line, 0), nullif(:field, ''), nullif(:value, ''),
	nullif(:path, ''), nullif(:other_rule, ''), nullif(:other_file, ''), nullif(:other_line, 0),
	nullif(:fault, 0), :amount, nullif(:detail, ''), nullif(:remedy, ''),
	nullif(:event_id, 0), nullif(:checked_ms, 0), nullif(:run, '')
);
