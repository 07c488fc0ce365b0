-- How many cells have each verdict, and on how many hosts. :host NULL: all
SELECT verdict, count(*) AS cells, count(DISTINCT host_id) AS hosts FROM cell
WHERE :host IS NULL OR host_id = (SELECT id FROM machine WHERE name = :host)
GROUP BY verdict;
