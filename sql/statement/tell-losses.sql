-- What is known to be missing on a host since a time, and of which kinds.
SELECT count(*) AS losses, group_concat(DISTINCT word) AS kinds
FROM (
	SELECT w.word AS word
	FROM host_loss AS l
	JOIN word AS w ON w.kind = 'loss' AND w.number = l.kind
	WHERE l.host_id = :id AND l.until_ms >= :since_ms
	ORDER BY l.kind
);
