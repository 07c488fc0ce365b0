-- The runs of a host that may have been under way at :from_ms or later; notes count, too. Once for each
-- run its markers are gone through.
SELECT m.run AS run, (SELECT min(+time_ms) FROM marker
		WHERE host_id = :host_id AND run = m.run AND accepted) AS begun_ms
FROM marker AS m
WHERE m.host_id = :host_id AND m.time_ms >= :from_ms AND m.accepted
GROUP BY m.run
UNION ALL
SELECT run, begun_ms FROM note AS n
WHERE host_id = :host_id AND begun_ms >= :from_ms
	AND NOT EXISTS (SELECT 1 FROM marker
		WHERE host_id = n.host_id AND run = n.run AND accepted)
ORDER BY begun_ms, run;
