-- The hosts that have news. :host NULL: all
SELECT host_id, from_ms FROM news
WHERE :host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host);
