-- How did the audit rules and the audit state change, and who changed them?
SELECT time, host, op, keys, list, result, login, comm, detail, id
FROM rule_change
ORDER BY time_ms, serial;
