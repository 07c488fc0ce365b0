-- Which calls came from no tool of kmod: programs of their own, copies, interpreters?
SELECT time, host, action, module, outcome, error, exe, comm, command, login, id
FROM activity
WHERE syscall IS NOT NULL AND tool IS NULL AND (:selftest OR selftest IS NULL)
ORDER BY time_ms, serial;
