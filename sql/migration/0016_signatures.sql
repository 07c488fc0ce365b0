-- 0016_signatures.sql - by whom a self-test was signed, and whose key that is
--
-- A marker's signature is a function of its event. Whether it counts is one of
-- the trail's keys, too: the view marker_trust says so, and `accepted` keeps it.
-- The runner fills the table of markers anew from events.

DELETE FROM marker;
ALTER TABLE marker ADD COLUMN signature INTEGER CHECK (signature >= 0);	-- enum signature: unsigned, good,
					-- bad; NULL: not written by root, so that it never counts
ALTER TABLE marker ADD COLUMN key TEXT;	-- the public key of a good one
ALTER TABLE marker ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0 CHECK (accepted IN (0, 1));

DROP INDEX marker_begin;
DROP INDEX marker_step;
DROP INDEX marker_number;
DROP INDEX marker_probe;
CREATE INDEX marker_begin ON marker (host_id, run) WHERE word = 1 AND accepted;
CREATE INDEX marker_step ON marker (host_id, run, writer, serial) WHERE word >= 4 AND accepted;
CREATE INDEX marker_number ON marker (host_id, run, number, serial) WHERE word = 4 AND accepted;
CREATE INDEX marker_probe ON marker (host_id, pid, writer, time_ms, serial) WHERE word = 4 AND accepted;
CREATE INDEX marker_refused ON marker (host_id, time_ms)
	WHERE word = 1 AND accepted = 0 AND signature IS NOT NULL;

CREATE TABLE host_key (
	host_id INTEGER NOT NULL REFERENCES machine,
	key TEXT NOT NULL,		-- public, in base64
	first_ms INTEGER NOT NULL,	-- unsigned self-tests of before still count; 0: none do
	until_ms INTEGER,		-- another key took its place then; NULL: it is in use
	trust INTEGER NOT NULL CHECK (trust >= 0),	-- enum trust: how it came to be the host's
	PRIMARY KEY (host_id, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX host_key_key ON host_key (key);

ALTER TABLE judgement ADD COLUMN signature INTEGER CHECK (signature >= 0);	-- NULL: the host's own
					-- word, as its markers did not arrive
UPDATE judgement SET signature = 0
WHERE NOT EXISTS (SELECT 1 FROM note AS n WHERE n.host_id = judgement.host_id AND n.run = judgement.run);

PRAGMA user_version = 16;
