-- An event that is replaced may be no step of a process any more.
DELETE FROM link WHERE event_id = :event_id;
