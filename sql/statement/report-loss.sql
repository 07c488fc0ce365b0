-- report-loss.sql - how many known losses lie where a report looked
--
-- :hosts          JSON array of GLOB patterns, one of which must match; NULL: any
-- :since, :until  milliseconds since 1970, from and before
SELECT count(*) AS losses
FROM loss
WHERE count > 0
	AND time_ms >= :since
	AND time_ms < :until
	AND (:hosts IS NULL
		OR EXISTS (SELECT 1 FROM json_each(:hosts) WHERE CAST(host AS TEXT) GLOB value));
