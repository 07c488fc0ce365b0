-- The rows stay with their times: what is counted anew was noticed then.
UPDATE known_loss SET count = 0
WHERE host_id = (SELECT id FROM machine WHERE name = :name) AND head = :head AND count > 0;
