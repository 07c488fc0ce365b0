-- show.sql - all that is known of the action :id
SELECT
	id, time_ms AS time, host, action, module, module_source, outcome, error, syscall, abi,
	flags, tool, command, command_stale, exe, comm, pid, ppid, auid, login, uid, user, euid,
	gid, session, tty, cwd, origin, keys, serial, run_id, records, selftest
FROM activity
WHERE id = :id;
