-- Which tool runs asked for a load or an unload and made no call (refused by the
-- system or by the tool itself, or the rules do not record the call)?
SELECT time, host, tool, module, command, error, login, origin, id
FROM activity
WHERE action = 'attempt' AND (:selftest OR selftest IS NULL)
ORDER BY time_ms, serial;
