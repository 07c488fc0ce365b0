-- Hosts in all, those with cells, those where something falls short, those of
-- whose cells none applies, and those that are to be doubted, by :accept_unsigned as
-- in tell-hosts.sql. :host NULL: all.
-- The reader's own host may be in machine only because a log was read there.
-- Of hosts without cells: whose last self-test has no end, or one and nothing in it, and
-- those of whose self-tests none was judged yet. cut: whose last self-test did not arrive as a
-- whole (short counts them, too), and what is missing of these.
-- The view host_cut is written out: it would read what is stored, not what is judged aside.
WITH bare (judged, ended, marked) AS (
	SELECT j.run IS NOT NULL, j.ended_ms IS NOT NULL, EXISTS (
		SELECT 1 FROM marker AS k WHERE k.host_id = m.id AND k.accepted)
	FROM machine AS m
	LEFT JOIN judgement AS j ON j.host_id = m.id AND j.run = (
		SELECT run FROM judgement WHERE host_id = m.id ORDER BY begun_ms DESC, run DESC LIMIT 1)
	WHERE (:host IS NULL OR m.name = :host) AND NOT EXISTS (SELECT 1 FROM cell WHERE host_id = m.id)
		AND EXISTS (SELECT 1 FROM event WHERE host_id = m.id)
),
cut AS MATERIALIZED (
	SELECT host_id, acts, acts_missing, claims, claims_missing, ended_ms IS NULL AS endless
	FROM judgement AS j
	WHERE latest AND NOT whole
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = j.host_id)
		AND (ended_ms IS NOT NULL OR NOT EXISTS (
			SELECT 1 FROM cell AS c
			JOIN judgement AS w ON w.host_id = c.host_id AND w.run = c.run AND w.whole
			WHERE c.host_id = j.host_id))
		AND (:host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host))
)
SELECT
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND (EXISTS (SELECT 1 FROM event WHERE host_id = m.id)
			OR EXISTS (SELECT 1 FROM cell WHERE host_id = m.id))) AS hosts,
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = m.id)) AS judged,
	(SELECT count(*) FROM (SELECT host_id FROM cell WHERE verdict IN
			(SELECT number FROM word WHERE kind = 'verdict' AND severity > 0)
		UNION SELECT host_id FROM cut)
		WHERE :host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host)) AS short,
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = m.id)
		AND NOT EXISTS (SELECT 1 FROM cell WHERE host_id = m.id AND verdict <> 7)) AS barren,
	(SELECT count(*) FROM bare WHERE judged AND NOT ended) AS endless,
	(SELECT count(*) FROM bare WHERE judged AND ended) AS empty,
	(SELECT count(*) FROM bare WHERE marked AND NOT judged) AS unjudged,
	(SELECT count(*) FROM machine AS m
		LEFT JOIN judgement AS j ON j.host_id = m.id AND j.latest
		LEFT JOIN last_refused AS r ON r.host_id = m.id
			AND r.begun_ms > coalesce(j.begun_ms, r.begun_ms - 1)
		WHERE (:host IS NULL OR m.name = :host) AND (r.run IS NOT NULL
			OR (NOT :accept_unsigned AND EXISTS (SELECT 1 FROM cell AS c
				JOIN judgement AS u ON u.host_id = c.host_id AND u.run = c.run
				WHERE c.host_id = m.id AND u.signature = 0)))) AS doubted,
	(SELECT count(*) FROM cut) AS cut,
	(SELECT count(*) FROM cut WHERE endless) AS cut_endless,
	(SELECT total(acts) FROM cut WHERE acts_missing > 0) AS acts,
	(SELECT total(acts_missing) FROM cut) AS acts_missing,
	(SELECT total(claims) FROM cut WHERE claims_missing > 0) AS claims,
	(SELECT total(claims_missing) FROM cut) AS claims_missing;
