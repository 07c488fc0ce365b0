-- Events before :before_ms, oldest first, from behind (:time_ms, :id) on.
--
-- run    the tool run that the event is, or belongs to
-- stays  because a self-test that stays was under way; because it is a change of rules
--        that some latest change of a verdict names, or from which the claims of a host
--        without self-tests are guessed; or because it is a start of auditd that may part
--        calls from tool runs
--        calls from tool runs; or because it came when its time was pruned already, and
--        what came with it is younger
-- near   others of its tool run may stay: calls are at most :span_ms from it
SELECT e.id AS id, e.host_id AS host_id, e.time_ms AS time_ms,
	e.kind IN (1, 7) OR (e.kind = 2 AND e.intends AND coalesce(l.calls, 0) = 0) AS action,
	CASE WHEN e.kind IN (1, 2) THEN coalesce(l.run_id, e.id) END AS run,
	EXISTS (
		SELECT 1 FROM kept_run
		WHERE host_id = e.host_id AND e.time_ms BETWEEN from_ms AND to_ms)
	OR CASE WHEN e.kind IN (3, 4) THEN EXISTS (
		SELECT 1 FROM cell_change AS c
		WHERE c.event_id = e.id AND (c.since_ms >= :before_ms OR c.since_ms = (
			SELECT max(since_ms) FROM cell_change
			WHERE host_id = c.host_id AND mechanism = c.mechanism AND actor = c.actor
				AND since_ms < :before_ms)))
	ELSE 0 END
	OR EXISTS (SELECT 1 FROM late WHERE event_id = e.id AND since_ms >= :before_ms)
	OR (e.kind = 4 AND e.time_ms >= :before_ms - :span_ms)
	OR (e.kind = 3 AND e.list = 4 AND e.result = 1 AND e.op IN ('add_rule', 'remove_rule')
		AND e.keys IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM judgement WHERE host_id = e.host_id)
		AND NOT EXISTS (
			SELECT 1 FROM event AS n
			WHERE n.kind = 3 AND n.host_id = e.host_id AND n.time_ms >= e.time_ms
				AND n.keys = e.keys AND n.list = 4 AND n.result = 1
				AND n.op IN ('add_rule', 'remove_rule')
				AND (n.time_ms, n.serial) > (e.time_ms, e.serial))) AS stays,
	e.kind IN (1, 2) AND (e.time_ms >= :before_ms - 2 * :span_ms OR EXISTS (
		SELECT 1 FROM kept_run
		WHERE host_id = e.host_id AND e.time_ms >= from_ms - 2 * :span_ms
			AND e.time_ms <= to_ms + 2 * :span_ms)) AS near
FROM event AS e
LEFT JOIN link AS l ON l.event_id = e.id
WHERE (e.time_ms, e.id) > (:time_ms, :id) AND e.time_ms < :before_ms
ORDER BY e.time_ms, e.id
LIMIT :limit;
