DROP VIEW IF EXISTS activity;
CREATE VIEW activity AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	CASE WHEN e.kind = 2 THEN 'attempt' WHEN e.kind = 7 THEN 'unknown' WHEN e.call = 3 THEN 'unload'
		ELSE 'load' END AS action,
	coalesce(e.module, l.module) AS module,
	CASE coalesce(e.module_source, l.module_source) WHEN 1 THEN 'kernel' WHEN 2 THEN 'argv'
		WHEN 3 THEN 'proctitle' END AS module_source,
	CASE WHEN e.success IS NULL THEN 'unknown' WHEN NOT e.success THEN 'failure'
		WHEN e.kind = 2 THEN 'none' ELSE 'success' END AS outcome,
	CASE WHEN e.success = 0
		THEN coalesce((SELECT name FROM event_error WHERE event_id = e.id), e.exit || '') END AS error,
	CASE e.call WHEN 1 THEN 'init_module' WHEN 2 THEN 'finit_module' WHEN 3 THEN 'delete_module' END
		AS syscall,
	CASE WHEN e.kind = 1
		THEN CASE e.abi WHEN 1 THEN 'b64' WHEN 2 THEN 'b32' WHEN 3 THEN 'x32' END END AS abi,
	CASE WHEN (e.call = 3 AND e.a1 & 0x200) OR (e.call = 2 AND e.a2 & 3) THEN
			CASE WHEN e.call = 2 AND e.a2 & 4 THEN 'forced,compressed' ELSE 'forced' END
		WHEN e.call = 2 AND e.a2 & 4 THEN 'compressed' END AS flags,
	coalesce(e.tool, l.tool) AS tool,
	(SELECT command FROM command_line WHERE event_id = coalesce(r.id, e.id)) AS command,
	CASE WHEN r.id IS NULL THEN e.argv_stale ELSE r.argv_stale END AS command_stale,
	e.exe AS exe,
	e.comm AS comm,
	e.pid AS pid,
	e.ppid AS ppid,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.uid AS uid,
	e.user AS user,
	e.euid AS euid,
	e.gid AS gid,
	e.ses AS session,
	e.tty AS tty,
	coalesce(r.cwd, e.cwd) AS cwd,
	CASE l.origin WHEN 1 THEN 'interactive' WHEN 2 THEN 'service' WHEN 3 THEN 'autoload'
		ELSE 'unknown' END AS origin,
	replace(e.keys, char(1), ',') AS keys,
	e.serial AS serial,
	l.run_id AS run_id,
	e.records AS records,
	(SELECT run FROM selftest_event WHERE event_id = e.id LIMIT 1) AS selftest
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
LEFT JOIN link AS l ON l.event_id = e.id
LEFT JOIN event AS r ON r.id = l.run_id
WHERE e.kind IN (1, 7) OR (e.kind = 2 AND e.intends AND coalesce(l.calls, 0) = 0);
