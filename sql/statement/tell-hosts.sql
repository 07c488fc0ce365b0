-- Hosts by how bad they are. :host NULL: all; :all 0: only those where something falls short
WITH told (host_id, status) AS MATERIALIZED (
	SELECT host_id,
		max(CASE WHEN verdict IN (1, 2, 6) THEN 2 WHEN verdict IN (3, 4, 5) THEN 1 ELSE 0 END)
	FROM cell
	WHERE (:all OR verdict IN (1, 2, 3, 4, 5, 6))
		AND (:host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host))
	GROUP BY host_id
)
SELECT m.id AS id, m.name AS host, j.run AS run, j.begun_ms AS begun_ms, j.caveats AS caveats,
	t.status AS status
FROM told AS t
JOIN machine AS m ON m.id = t.host_id
LEFT JOIN judgement AS j ON j.host_id = m.id AND j.run = (
	SELECT run FROM judgement WHERE host_id = m.id ORDER BY begun_ms DESC, run DESC LIMIT 1)
ORDER BY t.status DESC, m.name
LIMIT :limit;
