SELECT mechanism, actor, verdict, reason, stage, claimed, claim_source, expect, probes, seen,
	seen_keys, rule, place, detail, remedy, event_id, checked_ms,
	h.since_ms AS since_ms, h.change AS change, h.changed AS changed
FROM cell AS c
LEFT JOIN (
	SELECT n.mechanism AS h_mechanism, n.actor AS h_actor, max(n.since_ms) AS since_ms,
		CASE e.kind WHEN 3 THEN e.op || coalesce(' key ' || replace(e.keys, char(1), ','), '')
			WHEN 4 THEN CASE e.daemon WHEN 1 THEN 'auditd: ' || e.op ELSE 'boot' END END AS change,
		e.time_ms AS changed
	FROM cell_change AS n
	LEFT JOIN event AS e ON e.id = n.event_id
	WHERE n.host_id = :id
	GROUP BY n.mechanism, n.actor
) AS h ON h_mechanism = c.mechanism AND h_actor = c.actor
WHERE c.host_id = :id
ORDER BY mechanism, actor;
