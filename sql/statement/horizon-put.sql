-- It never goes back: what was pruned once is gone.
INSERT INTO horizon (one, before_ms, seed) VALUES (1, :before_ms, random())
ON CONFLICT (one) DO UPDATE SET before_ms = max(before_ms, excluded.before_ms);
