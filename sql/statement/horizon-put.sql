-- It never goes back: what was pruned once is gone.
INSERT INTO horizon (one, before_ms) VALUES (1, :before_ms)
ON CONFLICT (one) DO UPDATE SET before_ms = max(before_ms, excluded.before_ms);
