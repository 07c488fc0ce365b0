-- Ids from :first_id to :last_id, NULL: the newest, may be missing. Not the newest alone: it is
-- given again.
INSERT INTO gap (first_id, last_id)
SELECT :first_id, coalesce(:last_id, newest) FROM (SELECT max(id) AS newest FROM event)
WHERE newest > :first_id
ON CONFLICT (first_id) DO UPDATE SET last_id = max(last_id, excluded.last_id);
