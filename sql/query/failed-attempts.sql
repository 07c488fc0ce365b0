-- Which loads and unloads failed, and why? :host and :module choose; none: all.
SELECT time, host, action, module, error, login, tool, command, id
FROM activity
WHERE outcome = 'failure'
	AND (:host IS NULL OR host = :host) AND (:module IS NULL OR module = :module)
	AND (:selftest OR selftest IS NULL)
ORDER BY time_ms, serial;
