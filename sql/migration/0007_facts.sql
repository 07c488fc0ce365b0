-- 0007_facts.sql - what a verdict is about as facts, each in a column of its own
--
-- Words and their numbers stand in src/model/words.def, from which the table
-- word is filled whenever it lacks one. So no upper bound is checked here:
-- another reason or verdict needs no step. Tables are made anew by way of a
-- copy; nothing is renamed, as old views may name columns that are gone.
-- Cells and claims of before have their places taken apart, and the last run
-- of each host is judged anew, which fills the rest.

DROP TABLE word;
CREATE TABLE word (
	kind TEXT NOT NULL,
	number INTEGER NOT NULL,
	word TEXT NOT NULL,
	severity INTEGER,		-- of a verdict: 0, 1, 2, as an exit status
	PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE copy AS SELECT * FROM note;
CREATE TABLE copy_marker AS SELECT * FROM note_marker;
DROP TABLE note_marker;
DROP TABLE note;
CREATE TABLE note (
	host_id INTEGER NOT NULL REFERENCES machine,
	run TEXT NOT NULL,
	begun_ms INTEGER NOT NULL,
	reason INTEGER CHECK (reason >= 0),	-- enum reason; NULL: not known
	fault INTEGER CHECK (fault >= 0),	-- enum delivery_fault: what kept records from the log
	path TEXT,			-- of the log
	text TEXT,			-- a word of auditd.conf
	amount INTEGER,			-- what the fault counts
	amount_2 INTEGER,
	amount_3 INTEGER,
	detail TEXT,			-- all of this in words, where a modtrail of before wrote it
	PRIMARY KEY (host_id, run)
) STRICT, WITHOUT ROWID;
CREATE TABLE note_marker (
	host_id INTEGER NOT NULL,
	run TEXT NOT NULL,
	number INTEGER NOT NULL,	-- order of writing
	time_ms INTEGER NOT NULL,
	text TEXT NOT NULL,
	PRIMARY KEY (host_id, run, number),
	FOREIGN KEY (host_id, run) REFERENCES note ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO note (host_id, run, begun_ms, reason, detail)
	SELECT host_id, run, begun_ms, reason, detail FROM copy;
INSERT INTO note_marker SELECT host_id, run, number, time_ms, text FROM copy_marker;
DROP TABLE copy_marker;
DROP TABLE copy;

CREATE TABLE copy AS SELECT * FROM claim;
DROP TABLE claim;
CREATE TABLE claim (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism >= 0),
	actor INTEGER NOT NULL CHECK (actor >= 0),
	rule TEXT NOT NULL,		-- as text
	file TEXT NOT NULL,		-- and where it stands
	line INTEGER NOT NULL,
	asks INTEGER CHECK (asks >= 0),	-- enum asks: what the rule asks of the outcome; NULL: by its text
	program INTEGER CHECK (program IN (0, 1)),	-- it is held to one; NULL: by its text
	PRIMARY KEY (host_id, mechanism, actor)
) STRICT, WITHOUT ROWID;
INSERT INTO claim (host_id, mechanism, actor, rule, file, line)
	SELECT host_id, mechanism, actor, rule, rtrim(rtrim(place, '0123456789'), ':'),
		CAST(substr(place, length(rtrim(place, '0123456789')) + 1) AS INTEGER)
	FROM copy;
DROP TABLE copy;

CREATE TABLE copy AS SELECT * FROM cell;
DROP TABLE cell;
CREATE TABLE cell (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism >= 0),
	actor INTEGER NOT NULL CHECK (actor >= 0),
	verdict INTEGER NOT NULL CHECK (verdict >= 0),
	reason INTEGER NOT NULL CHECK (reason >= 0),
	stage INTEGER NOT NULL CHECK (stage >= 0),
	claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
	claim_source INTEGER CHECK (claim_source >= 0),		-- enum claim_origin
	expect INTEGER NOT NULL CHECK (expect >= 0),
	probes INTEGER NOT NULL,	-- acts that count
	seen INTEGER NOT NULL,		-- of these
	seen_keys TEXT,			-- joined by ','
	rule TEXT,			-- that claims it
	place TEXT,			-- where the rule is, for people
	file TEXT,			-- the same as facts; NULL: in no file
	line INTEGER,			-- or its number in the kernel's list
	-- what the reason is about
	field TEXT,			-- of a rule, that the act does not meet
	value TEXT,			-- what the rule asks of it
	path TEXT,			-- where a link leads, what is missing, the log
	other_rule TEXT,		-- that decides
	other_file TEXT,		-- where it is, or the refused line; NULL: in no file
	other_line INTEGER,
	fault INTEGER CHECK (fault >= 0),	-- enum delivery_fault
	amount INTEGER,			-- what the fault counts
	detail TEXT,			-- all of that in words
	remedy TEXT,			-- commands; NULL: none needed
	event_id INTEGER REFERENCES event ON DELETE SET NULL,	-- the first thing seen
	checked_ms INTEGER,		-- begin of the run; NULL: never exercised
	PRIMARY KEY (host_id, mechanism, actor)
) STRICT, WITHOUT ROWID;
INSERT INTO cell (host_id, mechanism, actor, verdict, reason, stage, claimed, claim_source, expect,
		probes, seen, seen_keys, rule, place, detail, remedy, event_id, checked_ms)
	SELECT host_id, mechanism, actor, verdict, reason, stage, claimed, claim_source, expect,
		probes, seen, seen_keys, rule, place, detail, remedy, event_id, checked_ms
	FROM copy;
DROP TABLE copy;
CREATE INDEX cell_verdict ON cell (verdict, checked_ms);
CREATE INDEX cell_event ON cell (event_id) WHERE event_id IS NOT NULL;

CREATE TABLE copy AS SELECT * FROM cell_change;
DROP TABLE cell_change;
CREATE TABLE cell_change (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism >= 0),
	actor INTEGER NOT NULL CHECK (actor >= 0),
	since_ms INTEGER NOT NULL,	-- begin of the run
	run TEXT NOT NULL,
	verdict INTEGER NOT NULL CHECK (verdict >= 0),
	reason INTEGER NOT NULL CHECK (reason >= 0),
	event_id INTEGER REFERENCES event ON DELETE SET NULL,	-- the last change of rules or
					-- start of auditd since the run before; NULL: none known
	PRIMARY KEY (host_id, mechanism, actor, since_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO cell_change (host_id, mechanism, actor, since_ms, run, verdict, reason, event_id)
	SELECT host_id, mechanism, actor, since_ms, run, verdict, reason, event_id FROM copy;
DROP TABLE copy;
CREATE INDEX cell_change_since ON cell_change (host_id, since_ms);
CREATE INDEX cell_change_event ON cell_change (event_id) WHERE event_id IS NOT NULL;

INSERT INTO news (host_id, from_ms)
	SELECT c.host_id, coalesce((SELECT max(begun_ms) FROM judgement AS j
		WHERE j.host_id = c.host_id), 0)
	FROM cell AS c WHERE true GROUP BY c.host_id
ON CONFLICT DO UPDATE SET from_ms = min(from_ms, excluded.from_ms);

PRAGMA user_version = 7;
