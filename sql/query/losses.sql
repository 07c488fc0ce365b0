-- What is known to be missing from the trail, where, and how much?
SELECT time, until, host, kind, count, detail
FROM loss
ORDER BY time_ms, host, kind;
