-- Has a host had more news, or has somebody else judged it?
SELECT EXISTS (
	SELECT 1 FROM temp.apart AS a
	LEFT JOIN main.news AS n ON n.host_id = a.host_id
	LEFT JOIN main.news_count AS c ON c.host_id = a.host_id
	WHERE n.host_id IS NULL OR coalesce(c.number, 0) <> a.number);
