-- Hosts by how bad they are. :host NULL: all; :statuses: a bit for each, as an
-- exit status, that is asked for; :accept_unsigned: that nobody signed what verdicts
-- are from is no warning. Without events and cells a host is only a name under which a log was read.
-- The view host_cut is written out: it would read what is stored, not what is judged aside.
WITH counted (host_id, worst, proven, unsigned) AS (
	SELECT c.host_id, max(w.severity), max(c.verdict = 0), max(j.signature = 0)
	FROM cell AS c
	JOIN word AS w ON w.kind = 'verdict' AND w.number = c.verdict
	LEFT JOIN judgement AS j ON j.host_id = c.host_id AND j.run = c.run
	WHERE :host IS NULL OR c.host_id = (SELECT id FROM machine WHERE name = :host)
	GROUP BY c.host_id
),
cut (host_id) AS (
	SELECT host_id
	FROM judgement AS j
	WHERE latest AND NOT whole
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = j.host_id)
		AND (ended_ms IS NOT NULL OR NOT EXISTS (
			SELECT 1 FROM cell AS c
			JOIN judgement AS w ON w.host_id = c.host_id AND w.run = c.run AND w.whole
			WHERE c.host_id = j.host_id))
),
told (id, name, status, run, refused) AS MATERIALIZED (
	SELECT m.id, m.name, CASE WHEN c.worst > 0 THEN c.worst
			WHEN m.id IN (SELECT host_id FROM cut) THEN 1
			WHEN c.proven IS NOT TRUE THEN 3
			WHEN r.run IS NOT NULL OR (c.unsigned AND NOT :accept_unsigned) THEN 1
			ELSE 0 END,
		j.run, r.event_id
	FROM machine AS m
	LEFT JOIN counted AS c ON c.host_id = m.id
	LEFT JOIN judgement AS j ON j.host_id = m.id AND j.latest
	LEFT JOIN last_refused AS r ON r.host_id = m.id AND r.begun_ms > coalesce(j.begun_ms, r.begun_ms - 1)
	WHERE (:host IS NULL OR m.name = :host)
		AND (c.host_id IS NOT NULL OR EXISTS (SELECT 1 FROM event WHERE host_id = m.id))
)
SELECT t.id AS id, t.name AS host, j.run AS run, j.begun_ms AS begun_ms, j.ended_ms AS ended_ms,
	j.caveats AS caveats, j.acts AS acts, j.acts_missing AS acts_missing, j.claims AS claims,
	j.claims_missing AS claims_missing, t.status AS status, j.signature AS signature, r.run AS refused,
	r.begun_ms AS refused_ms, r.signature AS refused_signature, r.key AS refused_key,
	(SELECT min(time_ms) FROM marker
		WHERE host_id = t.id AND accepted AND t.run IS NULL) AS marked_ms
FROM told AS t
LEFT JOIN judgement AS j ON j.host_id = t.id AND j.run = t.run
LEFT JOIN refused_run AS r ON r.event_id = t.refused
WHERE (:statuses >> t.status) & 1
ORDER BY t.status = 2 DESC, t.status = 1 DESC, t.status = 3 DESC, t.name
LIMIT :limit;
