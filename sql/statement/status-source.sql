-- status-source.sql - how far each file has been read
--
-- head, a hash of the first line, tells whether a file of that name is still
-- the one that was read.
SELECT
	m.name AS host, s.path AS path, s.offset AS position, s.size AS read,
	s.updated_ms AS updated, s.head AS head
FROM source AS s
JOIN machine AS m ON m.id = s.host_id
ORDER BY m.name, s.path;
