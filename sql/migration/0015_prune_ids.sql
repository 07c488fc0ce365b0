-- 0015_prune_ids.sql - which ids of events are missing for a reason
--
-- Ids go on without a gap, so that one tells of an event that was deleted. Those that a
-- prune may have taken away, and those of events that became a part of another, are
-- put down here. What older versions took away they did not put down.

CREATE TABLE gap (
	first_id INTEGER PRIMARY KEY,
	last_id INTEGER NOT NULL	-- from first_id to this ids may be missing
) STRICT;
INSERT INTO gap SELECT 1, id FROM event ORDER BY id DESC LIMIT 1;

-- Events up to it may be from before 0011_keyed.sql, and have NULL in its columns.
CREATE TABLE older (
	only INTEGER PRIMARY KEY CHECK (only = 1),
	last_id INTEGER NOT NULL
) STRICT;
INSERT INTO older SELECT 1, id FROM event ORDER BY id DESC LIMIT 1;

PRAGMA user_version = 15;
