-- Tables, indexes, views and triggers that are not those of a new trail.
SELECT k.type AS type, k.name AS name, k.sql AS stored, d.sql AS expected
FROM stored.sqlite_schema AS k
LEFT JOIN main.sqlite_schema AS d ON d.type = k.type AND d.name = k.name
WHERE k.name NOT GLOB 'sqlite_*' AND k.sql IS NOT d.sql
UNION ALL
SELECT d.type, d.name, NULL, d.sql
FROM main.sqlite_schema AS d
WHERE d.name NOT GLOB 'sqlite_*'
	AND NOT EXISTS (SELECT 1 FROM stored.sqlite_schema WHERE type = d.type AND name = d.name);
