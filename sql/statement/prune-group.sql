-- Does a tool run stay, with the calls that belong to it? If one of them does.
SELECT last_ms >= :before_ms OR EXISTS (
	SELECT 1 FROM kept_run WHERE host_id = :host_id AND first_ms <= to_ms AND last_ms >= from_ms)
	AS stays
FROM (
	SELECT min(time_ms) AS first_ms, max(time_ms) AS last_ms FROM (
		SELECT time_ms FROM event WHERE id = :run
		UNION ALL
		SELECT e.time_ms FROM link AS l JOIN event AS e ON e.id = l.event_id WHERE l.run_id = :run
	)
);
