-- report-loss.sql - known losses that reach into the span that a report looked at
--
-- :hosts          JSON array of GLOB patterns, one of which must match; NULL: any
-- :since, :until  milliseconds since 1970, from and before
SELECT count(*) AS losses, group_concat(DISTINCT kind) AS kinds
FROM (
	SELECT word.word AS kind
	FROM host_loss AS l
	JOIN word ON word.kind = 'loss' AND word.number = l.kind
	WHERE l.until_ms >= :since AND l.time_ms < :until
		AND (:hosts IS NULL OR l.host_id IN (
			SELECT id FROM machine WHERE EXISTS (
				SELECT 1 FROM json_each(:hosts) WHERE CAST(name AS TEXT) GLOB value)))
	ORDER BY l.kind
);
