-- How each cell stood before :from_ms: the row that max() picks.
SELECT mechanism, actor, verdict, reason, max(since_ms) AS since_ms FROM cell_change
WHERE host_id = :host_id AND since_ms < :from_ms
GROUP BY mechanism, actor;
