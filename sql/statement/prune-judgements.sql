-- Newest first.
SELECT run FROM judgement
WHERE host_id = :host_id AND begun_ms < :before_ms
ORDER BY begun_ms DESC, run DESC;
