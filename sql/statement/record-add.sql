-- The parameters stand in the order of record-replace.sql, see src/trail/event.c.
-- Several rows may be added at once (src/trail/rows.c).
INSERT OR FAIL INTO record (raw, event_id) VALUES (:raw, :event_id);
