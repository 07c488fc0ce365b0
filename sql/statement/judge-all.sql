-- Everything is to be judged anew.
INSERT INTO news (host_id, from_ms) SELECT id, 0 FROM machine WHERE true
ON CONFLICT (host_id) DO UPDATE SET from_ms = 0;
