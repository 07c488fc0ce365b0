-- status-loss.sql - known losses by host and kind, with the first place of each
--
-- place and time are those of the row that min() picks.
SELECT
	host, kind, what, sum(count) AS count, count(*) AS places, min(time_ms) AS first,
	max(until_ms) AS last, place
FROM loss
WHERE count > 0
GROUP BY host, kind, what
ORDER BY host, kind, what;
