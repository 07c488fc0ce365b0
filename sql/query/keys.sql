-- Under which keys did actions arrive, per host? No key: another rule took them,
-- or none that has one.
SELECT host, keys, action, count(*) AS actions, min(time) AS first, max(time) AS last
FROM activity
WHERE :selftest OR selftest IS NULL
GROUP BY host, keys, action
ORDER BY host, keys, action;
