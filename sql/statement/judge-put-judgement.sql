INSERT INTO judgement (host_id, run, begun_ms, ended_ms, probes, seen, worst, caveats,
	serial, cells, latest, acts, acts_missing, claims, claims_missing, whole,
	signature)
VALUES (:host_id, :run, :begun_ms, nullif(:ended_ms, 0), :probes, :seen, :worst, :caveats,
	:serial, :cells, 0, :acts, :acts_missing, :claims, :claims_missing, :whole,
	:signature)
ON CONFLICT (host_id, run) DO UPDATE SET
	begun_ms = excluded.begun_ms, ended_ms = excluded.ended_ms, probes = excluded.probes,
	seen = excluded.seen, worst = excluded.worst, caveats = excluded.caveats,
	serial = excluded.serial, cells = excluded.cells,
	acts = excluded.acts, acts_missing = excluded.acts_missing,
	claims = excluded.claims, claims_missing = excluded.claims_missing, whole = excluded.whole,
	signature = excluded.signature;
