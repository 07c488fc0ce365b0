-- What happened to a module, on which host, by whom? :module chooses; none: all.
SELECT time, host, module, action, outcome, error, login, origin, tool, command, id
FROM activity
WHERE module IS NOT NULL AND (:module IS NULL OR module = :module)
	AND (:selftest OR selftest IS NULL)
ORDER BY module, time_ms, serial;
