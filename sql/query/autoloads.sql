-- Which modules did the kernel ask for by itself, how often, since when?
SELECT host, module, count(*) AS loads, sum(outcome = 'failure') AS failed, min(time) AS first,
	max(time) AS last
FROM activity
WHERE origin = 'autoload' AND (:selftest OR selftest IS NULL)
GROUP BY host, module
ORDER BY host, module;
