-- The keys under which self-tests of a host began that do not count, each with the first of these.
SELECT key, min(time_ms) AS time_ms FROM marker
WHERE host_id = (SELECT id FROM machine WHERE name = :host)
	AND word = 1 AND accepted = 0 AND signature = 1
GROUP BY key
ORDER BY time_ms DESC;
