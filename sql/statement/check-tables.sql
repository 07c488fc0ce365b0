-- Events first, as other rows are made of them.
SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT GLOB 'sqlite_*'
ORDER BY name <> 'event', rowid;
