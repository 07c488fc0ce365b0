INSERT INTO record (raw, event_id) VALUES (:raw, :event_id);
