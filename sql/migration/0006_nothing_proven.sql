-- 0006_nothing_proven.sql - a host of which nothing is proven is not ok
--
-- The view host says so since this step, as views are made anew. Runs that were
-- judged 'ok' and prove nothing can only be told by judging them again.

INSERT INTO news (host_id, from_ms)
SELECT host_id, min(begun_ms) FROM judgement WHERE worst = 0 GROUP BY host_id
ON CONFLICT DO UPDATE SET from_ms = min(from_ms, excluded.from_ms);

PRAGMA user_version = 6;
