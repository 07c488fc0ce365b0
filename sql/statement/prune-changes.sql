-- All but the latest of each cell, which says since when it stands as it does.
SELECT mechanism, actor, since_ms FROM cell_change AS c
WHERE host_id = :host_id AND since_ms < (
	SELECT max(since_ms) FROM cell_change
	WHERE host_id = c.host_id AND mechanism = c.mechanism AND actor = c.actor
		AND since_ms < :before_ms);
