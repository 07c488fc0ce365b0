-- Hosts in all, those with cells, those where something falls short, those of
-- whose cells none applies, and those that wait to be judged. :host NULL: all.
-- The reader's own host may be in machine only because a log was read there.
SELECT
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND (EXISTS (SELECT 1 FROM event WHERE host_id = m.id)
			OR EXISTS (SELECT 1 FROM cell WHERE host_id = m.id))) AS hosts,
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = m.id)) AS judged,
	(SELECT count(DISTINCT host_id) FROM cell WHERE verdict IN
		(SELECT number FROM word WHERE kind = 'verdict' AND severity > 0)
		AND (:host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host))) AS short,
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = m.id)
		AND NOT EXISTS (SELECT 1 FROM cell WHERE host_id = m.id AND verdict <> 7)) AS barren,
	(SELECT count(*) FROM news WHERE :host IS NULL
		OR host_id = (SELECT id FROM machine WHERE name = :host)) AS waiting;
