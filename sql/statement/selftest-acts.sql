-- How many actions of self-tests are in the trail? By the markers, which are few: a named query has
-- gone through all actions already.
SELECT count(*)
FROM (SELECT DISTINCT event_id FROM selftest_event) AS s
CROSS JOIN activity AS a ON a.id = s.event_id;
