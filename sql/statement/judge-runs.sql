-- The runs of a host that may have been under way at :from_ms or later; notes count, too.
SELECT m.run AS run, (SELECT min(time_ms) FROM marker WHERE host_id = :host_id AND run = m.run)
	AS begun_ms
FROM marker AS m
JOIN event AS e ON e.id = m.event_id AND e.uid = 0
WHERE m.host_id = :host_id AND m.time_ms >= :from_ms
GROUP BY m.run
UNION ALL
SELECT run, begun_ms FROM note AS n
WHERE host_id = :host_id AND begun_ms >= :from_ms
	AND NOT EXISTS (SELECT 1 FROM marker AS m JOIN event AS e ON e.id = m.event_id AND e.uid = 0
		WHERE m.host_id = n.host_id AND m.run = n.run)
ORDER BY begun_ms, run;
