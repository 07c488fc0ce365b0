-- Runs that counted once and, as keys have changed, do not any more. Where the log knows nothing of a
-- run, it was pruned or is the host's own word.
DELETE FROM judgement
WHERE host_id = :host_id AND begun_ms >= :from_ms
	AND EXISTS (SELECT 1 FROM marker AS m
		WHERE m.host_id = :host_id AND m.run = judgement.run AND m.signature IS NOT NULL)
	AND NOT EXISTS (SELECT 1 FROM marker AS m
		WHERE m.host_id = :host_id AND m.run = judgement.run AND m.accepted)
	AND NOT EXISTS (SELECT 1 FROM note AS n
		WHERE n.host_id = :host_id AND n.run = judgement.run);
