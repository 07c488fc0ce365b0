DROP VIEW IF EXISTS rule_change;
CREATE VIEW rule_change AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	e.op AS op,
	replace(e.keys, char(1), ',') AS keys,
	CASE e.list WHEN 0 THEN 'user' WHEN 1 THEN 'task' WHEN 4 THEN 'exit' WHEN 5 THEN 'exclude'
		WHEN 6 THEN 'filesystem' WHEN 7 THEN 'io_uring' ELSE e.list || '' END AS list,
	CASE e.result WHEN 1 THEN 'done' WHEN 0 THEN 'refused' ELSE e.result || '' END AS result,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.pid AS pid,
	e.comm AS comm,
	e.exe AS exe,
	e.detail AS detail,
	e.serial AS serial,
	e.records AS records
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
WHERE e.kind = 3;
