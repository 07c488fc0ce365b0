-- A self-test whose events are about to go is not to be judged from a part of them: all
-- its markers go at once. Of a few self-tests, and as often as there are more.
DELETE FROM marker
WHERE host_id = :host_id AND run IN (
	SELECT DISTINCT run FROM marker
	WHERE host_id = :host_id
		AND (time_ms < :before_ms OR run IN (
			SELECT run FROM note WHERE host_id = :host_id AND begun_ms < :before_ms))
		AND run NOT IN (SELECT run FROM kept_run WHERE host_id = :host_id)
	LIMIT 20)
RETURNING 1;
