-- Hosts in all, those with cells, and those that wait to be judged.
SELECT
	(SELECT count(*) FROM machine WHERE :host IS NULL OR name = :host) AS hosts,
	(SELECT count(*) FROM machine AS m WHERE (:host IS NULL OR name = :host)
		AND EXISTS (SELECT 1 FROM cell WHERE host_id = m.id)) AS judged,
	(SELECT count(*) FROM news WHERE :host IS NULL
		OR host_id = (SELECT id FROM machine WHERE name = :host)) AS waiting;
