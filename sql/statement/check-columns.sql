-- word: its numbers have words.
SELECT name, pk > 0 AS is_key, EXISTS (SELECT 1 FROM main.word WHERE kind = c.name) AS has_words
FROM pragma_table_info(:table, 'main') AS c
ORDER BY cid;
