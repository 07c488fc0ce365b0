-- Whoever judges the host just now is to see that there is more. :host_id or :host
INSERT INTO news_count (host_id, number)
SELECT host_id, 1 FROM news
WHERE host_id = coalesce(:host_id, (SELECT id FROM machine WHERE name = :host))
ON CONFLICT (host_id) DO UPDATE SET number = number + 1;
