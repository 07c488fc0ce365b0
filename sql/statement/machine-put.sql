INSERT INTO machine (name) VALUES (:host) ON CONFLICT (name) DO NOTHING;
