-- Hosts by how bad they are. :all 0: only those where something falls short
SELECT m.id AS id, m.name AS host, j.run AS run, j.begun_ms AS begun_ms, j.caveats AS caveats,
	max(CASE WHEN c.verdict IN (1, 2, 6) THEN 2 WHEN c.verdict IN (3, 4, 5) THEN 1 ELSE 0 END)
		AS status
FROM cell AS c
JOIN machine AS m ON m.id = c.host_id
LEFT JOIN judgement AS j ON j.host_id = m.id AND j.begun_ms = (
	SELECT max(begun_ms) FROM judgement WHERE host_id = m.id)
WHERE (:host IS NULL OR m.name = :host) AND (:all OR c.host_id IN (
	SELECT host_id FROM cell WHERE verdict IN (1, 2, 3, 4, 5, 6)))
GROUP BY m.id
ORDER BY status DESC, m.name;
