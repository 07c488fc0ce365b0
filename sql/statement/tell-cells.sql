-- The cells of a host, each with since when it stands as it does, and what
-- changed just before: of several changes, the row that max() picks.
SELECT c.mechanism, c.actor, c.verdict, c.reason, c.stage, c.claimed, c.claim_source, c.expect,
	c.probes, c.seen, c.seen_keys, c.rule, c.place, c.detail, c.remedy, c.event_id, c.checked_ms,
	h.since_ms, h.event_ms, h.event, c.file, c.line, c.field, c.value, c.path, c.other_rule,
	c.other_file, c.other_line,
	(SELECT word FROM word WHERE kind = 'fault' AND number = c.fault) AS fault, c.amount,
	(SELECT signature = 0 FROM judgement WHERE host_id = c.host_id AND run = c.run) AS unsigned
FROM cell AS c
LEFT JOIN (
	SELECT n.mechanism AS mechanism, n.actor AS actor, max(n.since_ms) AS since_ms,
		e.time_ms AS event_ms,
		CASE e.kind WHEN 3 THEN e.op || coalesce(' key ' || replace(e.keys, char(1), ','), '')
			WHEN 4 THEN CASE e.daemon WHEN 1 THEN 'auditd ' || e.op ELSE 'boot' END END AS event
	FROM cell_change AS n
	LEFT JOIN event AS e ON e.id = n.event_id
	WHERE n.host_id = :id
	GROUP BY n.mechanism, n.actor
) AS h ON h.mechanism = c.mechanism AND h.actor = c.actor
WHERE c.host_id = :id
ORDER BY c.mechanism, c.actor;
