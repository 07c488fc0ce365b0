-- parameters: as record-add.sql
UPDATE record SET (raw, event_id, loose, interrupted) = (:raw, :event_id, :loose, :interrupted)
WHERE event_id = :event_id;
