DELETE FROM marker WHERE event_id = :event_id;
