INSERT INTO record (event_id, raw) VALUES (:event_id, :raw);
