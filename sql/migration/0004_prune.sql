-- 0004_prune.sql - from when on a trail is complete
--
-- 'modtrail prune' takes away what is older than a time, and that time stays
-- here: events of before do not come back when an old log is read again. No
-- row: nothing was ever pruned, as in all trails from before this step.

CREATE TABLE horizon (
	one INTEGER PRIMARY KEY CHECK (one = 1),	-- there is one horizon
	before_ms INTEGER NOT NULL	-- milliseconds since 1970: nothing older is added
) STRICT;

PRAGMA user_version = 4;
