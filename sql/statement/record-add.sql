INSERT INTO record (raw, event_id, loose, interrupted) VALUES (:raw, :event_id, :loose, :interrupted);
