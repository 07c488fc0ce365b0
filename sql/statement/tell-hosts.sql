-- Hosts by how bad they are. :host NULL: all; :statuses: a bit for each, as an
-- exit status, that is asked for. Without events and cells a host is only a
-- name under which a log was read.
WITH counted (host_id, worst, proven) AS (
	SELECT host_id, max(w.severity), max(verdict = 0)
	FROM cell
	JOIN word AS w ON w.kind = 'verdict' AND w.number = verdict
	WHERE :host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host)
	GROUP BY host_id
),
told (id, name, status) AS MATERIALIZED (
	SELECT m.id, m.name, CASE WHEN c.worst > 0 THEN c.worst WHEN c.proven THEN 0 ELSE 3 END
	FROM machine AS m
	LEFT JOIN counted AS c ON c.host_id = m.id
	WHERE (:host IS NULL OR m.name = :host)
		AND (c.host_id IS NOT NULL OR EXISTS (SELECT 1 FROM event WHERE host_id = m.id))
)
SELECT t.id AS id, t.name AS host, j.run AS run, j.begun_ms AS begun_ms, j.ended_ms AS ended_ms,
	j.caveats AS caveats, t.status AS status,
	(SELECT min(k.time_ms) FROM marker AS k JOIN event AS e ON e.id = k.event_id AND e.uid = 0
		WHERE k.host_id = t.id AND j.run IS NULL) AS marked_ms
FROM told AS t
LEFT JOIN judgement AS j ON j.host_id = t.id AND j.latest
WHERE (:statuses >> t.status) & 1
ORDER BY t.status = 2 DESC, t.status = 1 DESC, t.status = 3 DESC, t.name
LIMIT :limit;
