-- report.sql - the actions that an investigator asks for
--
-- :hosts, :modules, :logins, :actions, :outcomes, :tools, :origins, :keys
--                 JSON array of GLOB patterns, one of which must match; NULL: any
-- :since, :until  milliseconds since 1970, from and before; always given
-- :limit          the newest so many; -1: all
-- :newest_first   1 or 0
-- :selftest       1: also the acts of self-tests; else these are only counted (left_out)
--
-- There is a row also if nothing matches, with nothing but left_out.
--
-- The hosts come first and lead into the index over (host_id, time_ms); the
-- joins of the view are made for what is left. CROSS JOIN keeps that order.
-- Names that are no UTF-8 are BLOBs, which GLOB never matches: hence the casts.
WITH
host_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:hosts)),
module_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:modules)),
login_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:logins)),
action_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:actions)),
outcome_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:outcomes)),
tool_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:tools)),
origin_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:origins)),
key_wanted (pattern) AS MATERIALIZED (SELECT value FROM json_each(:keys)),
matching (id, time_ms, serial, host_id, is_selftest) AS MATERIALIZED (
	SELECT a.id, a.time_ms, a.serial, m.id, a.selftest IS NOT NULL
	FROM machine AS m
	CROSS JOIN event AS e ON e.host_id = m.id AND e.time_ms >= :since AND e.time_ms < :until
	CROSS JOIN activity AS a ON a.id = e.id
	WHERE e.kind IN (1, 2, 7)
		AND (:hosts IS NULL
			OR EXISTS (SELECT 1 FROM host_wanted
				WHERE CAST(m.name AS TEXT) GLOB pattern))
		-- an attempt may ask for several modules
		AND (:modules IS NULL
			OR EXISTS (SELECT 1 FROM module_wanted
				WHERE CAST(a.module AS TEXT) GLOB pattern
				OR (a.action = 'attempt'
					AND ',' || a.module || ',' GLOB '*,' || pattern || ',*')))
		AND (:logins IS NULL
			OR EXISTS (SELECT 1 FROM login_wanted
				WHERE CAST(a.login AS TEXT) GLOB pattern OR a.auid GLOB pattern))
		AND (:actions IS NULL
			OR EXISTS (SELECT 1 FROM action_wanted WHERE a.action GLOB pattern))
		AND (:outcomes IS NULL
			OR EXISTS (SELECT 1 FROM outcome_wanted WHERE a.outcome GLOB pattern))
		AND (:tools IS NULL
			OR EXISTS (SELECT 1 FROM tool_wanted
				WHERE CAST(a.tool AS TEXT) GLOB pattern))
		AND (:origins IS NULL
			OR EXISTS (SELECT 1 FROM origin_wanted WHERE a.origin GLOB pattern))
		AND (:keys IS NULL
			OR EXISTS (SELECT 1 FROM key_wanted
				WHERE ',' || a.keys || ',' GLOB '*,' || pattern || ',*'))
),
picked AS MATERIALIZED (
	SELECT id, time_ms, serial, host_id
	FROM matching
	WHERE :selftest OR NOT is_selftest
	ORDER BY time_ms DESC, serial DESC, id DESC
	LIMIT :limit
)
SELECT
	a.id, a.time_ms AS time, a.host, a.action, a.module, a.module_source, a.outcome, a.error,
	a.syscall, a.abi, a.flags, a.tool, a.command, a.command_stale, a.exe, a.comm, a.pid, a.ppid,
	a.auid, a.login, a.uid, a.user, a.euid, a.gid, a.session, a.tty, a.cwd, a.origin, a.keys,
	a.serial, a.run_id, a.records, a.selftest,
	(SELECT count(DISTINCT host_id) FROM picked) AS host_count,
	(SELECT count(*) FROM matching WHERE is_selftest AND NOT :selftest) AS left_out
FROM (SELECT 1)
LEFT JOIN picked AS p
LEFT JOIN activity AS a ON a.id = p.id
ORDER BY
	CASE WHEN :newest_first THEN -p.time_ms ELSE p.time_ms END,
	CASE WHEN :newest_first THEN -p.serial ELSE p.serial END,
	CASE WHEN :newest_first THEN -p.id ELSE p.id END;
