SELECT raw FROM record WHERE event_id = :event_id;
