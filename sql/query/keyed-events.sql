-- What else did the rules under wanted keys record, such as writes to /etc/modprobe.d? :host
-- chooses; none: all.
SELECT time, host, keys, syscall, success, error, login, uid, comm, exe, command, path, cwd, id
FROM keyed_event
WHERE :host IS NULL OR host = :host
ORDER BY time_ms, serial;
