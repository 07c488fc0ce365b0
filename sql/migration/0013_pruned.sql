-- 0013_pruned.sql - what was pruned is known by its content, and nothing else is refused
--
-- A time alone does not say that an event was there before: clocks are set back, and
-- some machines have none. So each event that is pruned leaves a mark, and an event
-- from before the horizon is passed over if it has the mark of one that was there.
-- What is new is taken, whatever its time; it stays as long as what was read about
-- when it was.
--
-- A trail that was pruned by an older modtrail has no marks of that: events that come
-- back from an old log are new to it, once.

CREATE TABLE pruned (
	host_id INTEGER NOT NULL REFERENCES machine,
	mark INTEGER NOT NULL,		-- hash of a record that makes an event, 64 bits, from horizon.seed on
	PRIMARY KEY (host_id, mark)
) STRICT, WITHOUT ROWID;

ALTER TABLE horizon ADD COLUMN seed INTEGER;	-- random: nobody else can make up a record with a mark
UPDATE horizon SET seed = random();

CREATE TABLE late (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,	-- it was before the horizon
	since_ms INTEGER NOT NULL	-- the newest time in the trail when it came
) STRICT;

CREATE TABLE copy AS SELECT * FROM known_loss;
DROP TABLE known_loss;
CREATE TABLE known_loss (
	host_id INTEGER NOT NULL REFERENCES machine,
	head INTEGER NOT NULL,		-- of the file that it is about, as in source; 0: of none
	kind INTEGER NOT NULL CHECK (kind >= 1),	-- enum loss_kind
	place ANY NOT NULL CHECK (typeof(place) NOT IN ('integer', 'real')),	-- the first: FILE:LINE ...
	what ANY NOT NULL CHECK (typeof(what) NOT IN ('integer', 'real')),	-- "line too long" ...
	time_ms INTEGER NOT NULL,	-- when it happened if known, else when first noticed
	count INTEGER NOT NULL CHECK (count >= 0),	-- lines, records or serials, as what says
	until_ms INTEGER,		-- when it was over; NULL: not known
	PRIMARY KEY (host_id, head, kind, what)
) STRICT, WITHOUT ROWID;
INSERT INTO known_loss (host_id, head, kind, place, what, time_ms, count, until_ms)
	SELECT host_id, head, kind, place, what, time_ms, count, until_ms FROM copy;
DROP TABLE copy;

PRAGMA user_version = 13;
