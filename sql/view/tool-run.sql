DROP VIEW IF EXISTS tool_run;
CREATE VIEW tool_run AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	e.tool AS tool,
	(SELECT command FROM command_line WHERE event_id = e.id) AS command,
	e.argv_stale AS command_stale,
	e.module AS modules,
	e.pid AS pid,
	e.ppid AS ppid,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.uid AS uid,
	e.user AS user,
	e.ses AS session,
	e.tty AS tty,
	e.cwd AS cwd,
	e.exe AS exe,
	e.comm AS comm,
	CASE l.origin WHEN 1 THEN 'interactive' WHEN 2 THEN 'service' WHEN 3 THEN 'autoload'
		ELSE 'unknown' END AS origin,
	replace(e.keys, char(1), ',') AS keys,
	coalesce(l.calls, 0) AS syscalls,
	max(coalesce(l.calls, 0), e.intends) AS actions,
	e.serial AS serial,
	e.records AS records,
	(SELECT run FROM selftest_event WHERE event_id = e.id LIMIT 1) AS selftest
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
LEFT JOIN link AS l ON l.event_id = e.id
WHERE e.kind = 2 AND e.success;
