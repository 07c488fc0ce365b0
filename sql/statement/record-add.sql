-- The parameters stand in the order of record-replace.sql, see src/store_event.c.
INSERT INTO record (raw, event_id) VALUES (:raw, :event_id);
