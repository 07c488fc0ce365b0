INSERT INTO pruned (host_id, mark) VALUES (:host_id, :mark) ON CONFLICT DO NOTHING;
