-- Who loaded and unloaded modules, per host and login, how often, and when last?
SELECT host, login, action, count(*) AS actions, sum(outcome = 'failure') AS failed,
	count(DISTINCT module) AS modules, max(time) AS last
FROM activity
WHERE action IN ('load', 'unload') AND (:selftest OR selftest IS NULL)
GROUP BY host, login, action
ORDER BY host, login, action;
