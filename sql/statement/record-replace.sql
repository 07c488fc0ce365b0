-- parameters: as record-add.sql
UPDATE record SET raw = :raw WHERE event_id = :event_id;
