-- Ids that no event has, though a later one came, and no reason is known.
WITH known (first_id, last_id) AS (
	SELECT id, id FROM stored.event
	UNION ALL
	SELECT first_id, last_id FROM stored.gap WHERE first_id < (SELECT max(id) FROM stored.event)
)
SELECT before + 1 AS first_id, first_id - 1 AS last_id
FROM (
	SELECT first_id, coalesce(max(last_id) OVER (
		ORDER BY first_id, last_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before
	FROM known
)
WHERE first_id > before + 1;
