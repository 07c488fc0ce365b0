SELECT size FROM source
WHERE host_id = (SELECT id FROM machine WHERE name = :name) AND head = :head;
