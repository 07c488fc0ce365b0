-- report-span.sql - what a trail covers, for a report that found nothing
SELECT
	(SELECT min(time_ms) FROM event) AS first_ms,
	(SELECT max(time_ms) FROM event) AS last_ms,
	(SELECT count(*) FROM machine) AS hosts;
