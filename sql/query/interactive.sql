-- What did people do to modules from a login session or a terminal?
SELECT time, host, login, tty, action, module, outcome, error, command, cwd, id
FROM activity
WHERE origin = 'interactive' AND (:selftest OR selftest IS NULL)
ORDER BY time_ms, serial;
