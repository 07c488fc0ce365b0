-- What is known to be missing from the trail, where, and how much?
SELECT time, host, kind, count, detail
FROM loss
ORDER BY time_ms, host, kind;
