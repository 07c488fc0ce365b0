-- Events under a wanted key that are no module action, no tool run and no change of rules.
DROP VIEW IF EXISTS keyed_event;
CREATE VIEW keyed_event AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	replace(e.keys, char(1), ',') AS keys,
	e.syscall AS syscall,
	e.success AS success,
	CASE WHEN e.success = 0
		THEN coalesce((SELECT name FROM event_error WHERE event_id = e.id), e.exit || '') END AS error,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.uid AS uid,
	e.user AS user,
	e.pid AS pid,
	e.ppid AS ppid,
	e.ses AS session,
	e.tty AS tty,
	e.comm AS comm,
	e.exe AS exe,
	(SELECT command FROM command_line WHERE event_id = e.id) AS command,
	e.argv_stale AS command_stale,
	e.path AS path,
	e.cwd AS cwd,
	e.serial AS serial,
	e.records AS records
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
WHERE e.kind = 6;
