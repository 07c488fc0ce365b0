-- How many actions of self-tests are in the trail? By the markers, which are few: a named query has
-- gone through all actions already. What a marker may announce comes in eleven seconds; those of one
-- process are looked up once in ten, however many there are.
WITH slot (host_id, pid, from_ms, to_ms) AS (
	SELECT DISTINCT host_id, pid, time_ms / 10000 * 10000 - 10000, time_ms / 10000 * 10000 + 21000
	FROM marker
	WHERE word = 4 AND accepted
), near (id) AS (
	SELECT e.id FROM slot AS p
	CROSS JOIN event AS e ON e.kind = 1 AND e.host_id = p.host_id AND e.pid = p.pid
		AND e.time_ms BETWEEN p.from_ms AND p.to_ms
	UNION
	SELECT e.id FROM slot AS p
	CROSS JOIN event AS e ON e.kind = 2 AND e.host_id = p.host_id AND e.pid = p.pid
		AND e.time_ms BETWEEN p.from_ms AND p.to_ms
)
SELECT count(*)
FROM near AS n
CROSS JOIN activity AS a ON a.id = n.id
WHERE a.selftest IS NOT NULL;
