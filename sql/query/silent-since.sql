-- Which ways to load or unload leave no trace where one is claimed, since when, and what changed before?
SELECT c.host, c.mechanism, c.actor, c.verdict, c.reason, c.since, h.change, h.changed, h.change_id
FROM coverage AS c
JOIN coverage_change AS h ON h.host = c.host AND h.mechanism = c.mechanism AND h.actor = c.actor
	AND h.since = c.since
WHERE c.verdict IN ('silent', 'miskeyed', 'blind')
ORDER BY c.since, c.host, c.mechanism, c.actor;
