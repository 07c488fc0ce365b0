-- Which self-tests were run, and how did they end?
SELECT host, id, started, finished, probes, seen, status, signature, caveats
FROM selftest
ORDER BY started_ms, host;
