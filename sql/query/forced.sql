-- Who forced a module in (version checks off) or out (although in use)?
SELECT time, host, action, module, outcome, error, login, command, id
FROM activity
WHERE flags LIKE '%forced%' AND (:selftest OR selftest IS NULL)
ORDER BY time_ms, serial;
