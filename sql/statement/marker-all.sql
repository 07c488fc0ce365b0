-- For trails from before there was a table of markers. 5: EVENT_MARKER
SELECT id, host_id, time_ms, detail, uid FROM event WHERE kind = 5 AND detail IS NOT NULL;
