-- For trails whose table of markers was emptied or made by a migration. 5: EVENT_MARKER
SELECT id, host_id, time_ms, serial, detail, CASE uid WHEN 0 THEN pid END AS writer FROM event
WHERE kind = 5 AND detail IS NOT NULL;
