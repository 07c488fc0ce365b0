-- Offset 0 is a file with nowhere to go on, such as a compressed one.
SELECT offset, tail FROM source
WHERE host_id = (SELECT id FROM machine WHERE name = :name) AND head = :head AND offset > 0
ORDER BY offset DESC
LIMIT :max;
