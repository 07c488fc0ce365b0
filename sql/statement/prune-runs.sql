-- Self-tests of a host that have markers or a note before :before_ms, in the
-- order of their ids: when the first and the last thing happened that root says
-- of each (NULL: root says nothing), and whether it is the host's last one, by
-- what was judged or by its markers.
WITH old (run) AS (
	SELECT run FROM marker
	WHERE host_id = :host_id AND time_ms < :before_ms AND run > :after
	UNION
	SELECT run FROM note
	WHERE host_id = :host_id AND begun_ms < :before_ms AND run > :after
	ORDER BY run
	LIMIT :limit
),
told (run, time_ms) AS (
	SELECT o.run, k.time_ms
	FROM old AS o
	CROSS JOIN marker AS k ON k.host_id = :host_id AND k.run = o.run
	JOIN event AS e ON e.id = k.event_id AND e.uid = 0
	UNION ALL
	SELECT o.run, n.begun_ms
	FROM old AS o
	CROSS JOIN note AS n ON n.host_id = :host_id AND n.run = o.run
	UNION ALL
	SELECT o.run, n.time_ms
	FROM old AS o
	CROSS JOIN note_marker AS n ON n.host_id = :host_id AND n.run = o.run
),
span (run, first_ms, last_ms) AS (
	SELECT run, min(time_ms), max(time_ms) FROM told GROUP BY run
)
SELECT o.run AS run, s.first_ms AS first_ms, s.last_ms AS last_ms,
	coalesce(o.run = (SELECT run FROM judgement WHERE host_id = :host_id
		ORDER BY begun_ms DESC, run DESC LIMIT 1), 0)
	OR NOT EXISTS (SELECT 1 FROM marker AS k JOIN event AS e ON e.id = k.event_id AND e.uid = 0
		WHERE k.host_id = :host_id AND k.time_ms > s.last_ms) AS last
FROM old AS o
LEFT JOIN span AS s ON s.run = o.run
ORDER BY o.run;
