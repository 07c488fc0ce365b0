-- The self-tests of a host that stay, of those that have markers or a note before
-- :before_ms. Only what is accepted of a self-test counts, and none lasts longer than
-- :longest_ms, whatever time its markers claim. One stays if it reaches over
-- :before_ms, if some cell has its verdict from it, or if it is the host's last one, by what
-- was judged or by its markers.
-- One that may still go on at :now_ms keeps as much as it may last.
INSERT INTO kept_run (host_id, run, from_ms, to_ms)
WITH old (run) AS (
	SELECT run FROM marker WHERE host_id = :host_id AND time_ms < :before_ms
	UNION
	SELECT run FROM note WHERE host_id = :host_id AND begun_ms < :before_ms
),
told (run, time_ms) AS (
	SELECT o.run, k.time_ms
	FROM old AS o
	CROSS JOIN marker AS k ON k.host_id = :host_id AND k.run = o.run AND k.accepted
	UNION ALL
	SELECT o.run, n.begun_ms
	FROM old AS o
	CROSS JOIN note AS n ON n.host_id = :host_id AND n.run = o.run
	UNION ALL
	SELECT o.run, n.time_ms
	FROM old AS o
	CROSS JOIN note_marker AS n ON n.host_id = :host_id AND n.run = o.run
),
span (run, first_ms, last_ms, end_ms) AS (
	SELECT run, min(time_ms), max(time_ms), min(min(time_ms), :before_ms) + :longest_ms
	FROM told
	GROUP BY run
)
SELECT :host_id, run, first_ms,
	CASE WHEN last_ms >= :now_ms - :longest_ms THEN end_ms ELSE min(last_ms, end_ms) END
FROM span AS s
WHERE last_ms >= :before_ms
	OR run IN (SELECT run FROM cell WHERE host_id = :host_id)
	OR run = (SELECT run FROM judgement WHERE host_id = :host_id AND latest)
	OR NOT EXISTS (SELECT 1 FROM marker AS k
		WHERE k.host_id = :host_id AND k.accepted AND k.time_ms > s.last_ms);
