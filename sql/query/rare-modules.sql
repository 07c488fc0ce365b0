-- Which modules were loaded on the fewest hosts of the fleet?
SELECT module, count(DISTINCT host) AS hosts, count(*) AS loads, min(time) AS first,
	min(host) AS example
FROM activity
WHERE action = 'load' AND outcome = 'success' AND module IS NOT NULL
	AND (:selftest OR selftest IS NULL)
GROUP BY module
ORDER BY hosts, loads, module;
