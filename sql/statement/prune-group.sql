-- From when to when a tool run goes, with the calls that belong to it.
SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM (
	SELECT time_ms FROM event WHERE id = :run
	UNION ALL
	SELECT e.time_ms FROM link AS l JOIN event AS e ON e.id = l.event_id WHERE l.run_id = :run
);
