SELECT run, begun_ms FROM judgement
WHERE host_id = :host_id AND begun_ms < :before_ms
ORDER BY begun_ms DESC, run DESC
LIMIT 1;
