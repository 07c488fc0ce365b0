-- The run that an event of this process belongs to: its probe marker stands
-- before, its acted marker (or, for want of one, ten seconds) behind. Only
-- markers of root count. (+ keeps SQLite from the index over time: a run has few
-- markers, and a host has many before it.)
DROP VIEW IF EXISTS selftest_event;
CREATE VIEW selftest_event AS
SELECT e.id AS event_id, p.run AS run
FROM event AS e
JOIN marker AS p ON p.word = 4 AND p.host_id = e.host_id AND p.pid = e.pid
	AND p.time_ms BETWEEN e.time_ms - 60000 AND e.time_ms
JOIN event AS w ON w.id = p.event_id AND w.uid = 0
WHERE e.kind IN (1, 2)
	AND e.time_ms <= coalesce(
		(SELECT min(+a.time_ms) FROM marker AS a
			WHERE a.host_id = p.host_id AND a.run = p.run AND a.word = 5
			AND a.number = p.number AND a.pid = p.pid),
		p.time_ms + 10000);
