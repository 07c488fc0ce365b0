-- parameters: as event-add.sql
UPDATE event
SET (
	host_id, time_ms, serial, daemon, kind, call, abi, success, exit, a0, a1, a2,
	a3, pid, ppid, auid, uid, euid, gid, ses, tty, comm, exe, keys, login, user,
	module, module_source, argv, argv_stale, cwd, tool, intends, op, list, result,
	detail, records, arch, syscall, path, twin
) = (
	:host_id, :time_ms, :serial, :daemon, :kind, :call, :abi, :success, :exit, :a0,
	:a1, :a2, :a3, :pid, :ppid, :auid, :uid, :euid, :gid, :ses, :tty, :comm, :exe,
	:keys, :login, :user, :module, :module_source, :argv, :argv_stale, :cwd, :tool,
	:intends, :op, :list, :result, :detail, :records, :arch, :syscall, :path, :twin
)
WHERE id = :id;
