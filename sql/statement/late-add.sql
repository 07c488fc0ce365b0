INSERT INTO late (event_id, since_ms)
SELECT :id, max((SELECT max(time_ms) FROM event), (SELECT before_ms FROM horizon));
