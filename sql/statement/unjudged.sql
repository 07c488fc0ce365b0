-- How many hosts have self-tests with news that nobody has judged?
SELECT count(*)
FROM news AS n
WHERE EXISTS (SELECT 1 FROM marker AS k WHERE k.host_id = n.host_id AND k.writer IS NOT NULL);
