-- How many actions of self-tests are in the trail?
SELECT count(*) FROM activity WHERE selftest IS NOT NULL AND EXISTS (SELECT 1 FROM marker);
