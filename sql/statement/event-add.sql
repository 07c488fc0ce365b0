-- :id NULL: the next one. Only an event that is known is passed over: what
-- breaks a CHECK is an error (OR IGNORE would pass over that, too).
INSERT INTO event (
	host_id, time_ms, serial, daemon, kind, call, abi, success, exit, a0, a1, a2,
	a3, pid, ppid, auid, uid, euid, gid, ses, tty, comm, exe, keys, login, user,
	module, module_source, argv, argv_stale, cwd, tool, intends, op, list, result,
	detail, records, arch, syscall, path, twin, id
) VALUES (
	:host_id, :time_ms, :serial, :daemon, :kind, :call, :abi, :success, :exit, :a0,
	:a1, :a2, :a3, :pid, :ppid, :auid, :uid, :euid, :gid, :ses, :tty, :comm, :exe,
	:keys, :login, :user, :module, :module_source, :argv, :argv_stale, :cwd, :tool,
	:intends, :op, :list, :result, :detail, :records, :arch, :syscall, :path, :twin, :id
)
ON CONFLICT (host_id, time_ms, serial, daemon, twin) DO NOTHING;
