-- The hosts that are to be judged. :all: also those without news.
INSERT INTO temp.apart (host_id, number)
SELECT m.id, coalesce((SELECT number FROM main.news_count WHERE host_id = m.id), 0)
FROM main.machine AS m
LEFT JOIN main.news AS n ON n.host_id = m.id
WHERE (:all OR n.host_id IS NOT NULL) AND (:host IS NULL OR m.name = :host);
