-- Runs of serials that go, those before :before_ms and before each self-test that stays,
-- but for the latest, and how many losses go with them. What is missing behind that one
-- may reach beyond the time; what is missing before it does not.
WITH latest (to_ms) AS (
	SELECT max(to_ms) FROM serial_run
	WHERE host_id = :host_id AND to_ms < (
		SELECT min(:before_ms, coalesce(min(from_ms), :before_ms)) FROM kept_run
		WHERE host_id = :host_id)
)
SELECT count(*) FILTER (WHERE r.to_ms < l.to_ms) AS runs,
	coalesce(sum((skipped > 0) + (missing > 0 AND r.to_ms < l.to_ms)), 0) AS losses
FROM latest AS l
JOIN serial_run AS r ON r.host_id = :host_id AND r.to_ms <= l.to_ms;
