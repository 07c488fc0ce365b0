-- Where it went up, or began anew and is above 0.
DROP VIEW IF EXISTS kernel_loss;
CREATE VIEW kernel_loss AS
SELECT
	host_id, coalesce(known_ms, time_ms) AS time_ms, time_ms AS until_ms,
	CASE WHEN was > coalesce(known, 0) THEN was - coalesce(known, 0) ELSE was END AS count,
	CASE WHEN known IS NULL THEN 'before its counter was first read, at ' || was
		ELSE 'its counter went from ' || known || ' to ' || was END AS place
FROM (
	SELECT r.host_id AS host_id, r.time_ms AS time_ms, r.was AS was,
		CASE WHEN z.time_ms >= coalesce(k.time_ms, z.time_ms) THEN 0 ELSE k.lost END AS known,
		max(coalesce(k.time_ms, z.time_ms), coalesce(z.time_ms, k.time_ms)) AS known_ms
	FROM lost_reading AS r
	LEFT JOIN marker AS k ON k.event_id = (SELECT event_id FROM marker
		WHERE host_id = r.host_id AND lost IS NOT NULL AND accepted AND time_ms < r.time_ms
		ORDER BY time_ms DESC LIMIT 1)
	LEFT JOIN event AS z ON z.id = (SELECT id FROM event
		WHERE host_id = r.host_id AND kind = 3 AND op = 'set'
			AND detail >= 'op=set lost=0 old=1' AND detail < 'op=set lost=0 old=:'
			AND time_ms < r.time_ms
		ORDER BY time_ms DESC LIMIT 1)
)
WHERE was IS NOT known;
