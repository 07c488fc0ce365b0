-- The parameters stand in the order of record-replace.sql, see src/store_event.c.
-- Several rows may be added at once (src/store_rows.c).
INSERT OR FAIL INTO record (raw, event_id) VALUES (:raw, :event_id);
