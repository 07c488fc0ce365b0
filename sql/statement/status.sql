-- status.sql - the trail at a glance; one row
SELECT
	(SELECT user_version FROM pragma_user_version) AS schema,
	(SELECT count(*) FROM machine) AS hosts,
	(SELECT count(*) FROM event) AS events,
	(SELECT count(*) FROM activity) AS actions,
	(SELECT min(time_ms) FROM event) AS first,
	(SELECT max(time_ms) FROM event) AS last,
	(SELECT before_ms FROM horizon) AS pruned;
