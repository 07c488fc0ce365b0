-- What an event is known by once it is pruned.
SELECT e.host_id, r.raw FROM event AS e JOIN record AS r ON r.event_id = e.id WHERE e.id = :id;
