-- 0002_verify.sql - self-tests, what they proved, and since when
--
-- Markers are events already; marker says which run and process each is about,
-- so that views find them. It is a function of the event, filled beside it
-- (and, for the events of older trails, right after this step). What was made
-- of the evidence is in judgement, cell and cell_change: derived by 'modtrail
-- verify', for hosts that have news, and only for what the news can change.
-- Numbers are those of the enums in src/model/cell.h and src/model/selftest_run.h.

CREATE TABLE marker (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	host_id INTEGER NOT NULL REFERENCES machine,
	time_ms INTEGER NOT NULL,
	word INTEGER NOT NULL CHECK (word BETWEEN 1 AND 6),	-- enum run_word: begin, claim, caveat,
					-- probe, acted, end
	run TEXT NOT NULL,		-- the run's id, 16 hex digits
	number INTEGER,			-- probe, acted: which probe
	pid INTEGER			-- probe, acted: the process that acts
) STRICT;

CREATE INDEX marker_run ON marker (host_id, run);
CREATE INDEX marker_time ON marker (host_id, time_ms);
CREATE INDEX marker_probe ON marker (host_id, pid, time_ms) WHERE word = 4;

-- What a host says of a run whose markers may never arrive: their texts, as
-- they should have, and how the pipe stood. Counts only if they did not arrive.
CREATE TABLE note (
	host_id INTEGER NOT NULL REFERENCES machine,
	run TEXT NOT NULL,
	begun_ms INTEGER NOT NULL,
	reason INTEGER CHECK (reason BETWEEN 0 AND 17),	-- enum reason; NULL: not known
	detail TEXT NOT NULL,
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

-- What somebody else says that a host covers: rule files of its configuration.
CREATE TABLE claim (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism BETWEEN 0 AND 8),
	actor INTEGER NOT NULL CHECK (actor BETWEEN 0 AND 2),
	rule TEXT NOT NULL,		-- as text
	place TEXT NOT NULL,		-- FILE:LINE
	PRIMARY KEY (host_id, mechanism, actor)
) STRICT, WITHOUT ROWID;

-- Hosts with something new to judge.
CREATE TABLE news (
	host_id INTEGER PRIMARY KEY REFERENCES machine,
	from_ms INTEGER NOT NULL	-- time of the oldest of it
) STRICT;

INSERT INTO news (host_id, from_ms) SELECT id, 0 FROM machine;

-- A run, judged.
CREATE TABLE judgement (
	host_id INTEGER NOT NULL REFERENCES machine,
	run TEXT NOT NULL,
	begun_ms INTEGER NOT NULL,
	ended_ms INTEGER,		-- NULL: its end marker did not arrive
	probes INTEGER NOT NULL,	-- acts that were done
	seen INTEGER NOT NULL,		-- of these, that left an event
	worst INTEGER NOT NULL CHECK (worst BETWEEN 0 AND 3),	-- as an exit status
	caveats TEXT NOT NULL,		-- a line each
	PRIMARY KEY (host_id, run)
) STRICT, WITHOUT ROWID;

CREATE INDEX judgement_begun ON judgement (host_id, begun_ms);

-- The latest state of each cell that is claimed or was exercised.
CREATE TABLE cell (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism BETWEEN 0 AND 8),	-- enum mechanism
	actor INTEGER NOT NULL CHECK (actor BETWEEN 0 AND 2),		-- enum actor
	verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 7),	-- enum verdict
	reason INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 17),	-- enum reason
	stage INTEGER NOT NULL CHECK (stage BETWEEN 0 AND 5),		-- enum stage
	claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
	claim_source INTEGER CHECK (claim_source BETWEEN 0 AND 2),	-- self-test, rules, CONFIG_CHANGE
	expect INTEGER NOT NULL CHECK (expect BETWEEN 0 AND 3),		-- enum expect
	probes INTEGER NOT NULL,	-- acts that count
	seen INTEGER NOT NULL,		-- of these
	seen_keys TEXT,			-- joined by ','
	rule TEXT,			-- that claims it
	place TEXT,			-- where the rule is
	detail TEXT,			-- what the reason is about
	remedy TEXT,			-- commands; NULL: none needed
	event_id INTEGER REFERENCES event ON DELETE SET NULL,	-- the first thing seen
	checked_ms INTEGER,		-- begin of the run; NULL: never exercised
	PRIMARY KEY (host_id, mechanism, actor)
) STRICT, WITHOUT ROWID;

CREATE INDEX cell_verdict ON cell (verdict, checked_ms);
CREATE INDEX cell_event ON cell (event_id) WHERE event_id IS NOT NULL;

-- History: a row where a run found something else than the run before.
CREATE TABLE cell_change (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism BETWEEN 0 AND 8),
	actor INTEGER NOT NULL CHECK (actor BETWEEN 0 AND 2),
	since_ms INTEGER NOT NULL,	-- begin of the run
	run TEXT NOT NULL,
	verdict INTEGER NOT NULL CHECK (verdict BETWEEN 0 AND 7),
	reason INTEGER NOT NULL CHECK (reason BETWEEN 0 AND 17),
	event_id INTEGER REFERENCES event ON DELETE SET NULL,	-- the last change of rules or
					-- start of auditd since the run before; NULL: none known
	PRIMARY KEY (host_id, mechanism, actor, since_ms)
) STRICT, WITHOUT ROWID;

CREATE INDEX cell_change_since ON cell_change (host_id, since_ms);
CREATE INDEX cell_change_event ON cell_change (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX event_config ON event (host_id, time_ms) WHERE kind = 3;

CREATE TABLE word (
	kind TEXT NOT NULL,
	number INTEGER NOT NULL,
	word TEXT NOT NULL,
	PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;

INSERT INTO word (kind, number, word) VALUES
	('mechanism', 0, 'finit_module.b64'), ('mechanism', 1, 'init_module.b64'),
	('mechanism', 2, 'delete_module.b64'), ('mechanism', 3, 'finit_module.b32'),
	('mechanism', 4, 'init_module.b32'), ('mechanism', 5, 'delete_module.b32'),
	('mechanism', 6, 'exec.insmod'), ('mechanism', 7, 'exec.rmmod'),
	('mechanism', 8, 'exec.modprobe'),
	('actor', 0, 'daemon'), ('actor', 1, 'root'), ('actor', 2, 'login'),
	('verdict', 0, 'proven'), ('verdict', 1, 'silent'), ('verdict', 2, 'miskeyed'),
	('verdict', 3, 'uncovered'), ('verdict', 4, 'untested'), ('verdict', 5, 'stale'),
	('verdict', 6, 'blind'), ('verdict', 7, 'inapplicable'),
	('reason', 1, 'not-loaded'), ('reason', 2, 'immutable'), ('reason', 3, 'rejected-line'),
	('reason', 4, 'syscall-not-listed'), ('reason', 5, 'abi-not-listed'),
	('reason', 6, 'watch-on-symlink'), ('reason', 7, 'path-missing'), ('reason', 8, 'filtered'),
	('reason', 9, 'shadowed'), ('reason', 10, 'task-never'), ('reason', 11, 'excluded'),
	('reason', 12, 'audit-off'), ('reason', 13, 'other-key'), ('reason', 14, 'lost'),
	('reason', 15, 'not-logged'), ('reason', 16, 'process-too-old'),
	('reason', 17, 'unexplained'),
	('stage', 1, 'files'), ('stage', 2, 'kernel'), ('stage', 3, 'match'), ('stage', 4, 'fired'),
	('stage', 5, 'delivered'),
	('expect', 0, 'unknown'), ('expect', 1, 'recorded'), ('expect', 2, 'silent'),
	('expect', 3, 'inapplicable'),
	('status', 0, 'ok'), ('status', 1, 'warning'), ('status', 2, 'critical'),
	('status', 3, 'unknown'),
	('source', 0, 'self-test'), ('source', 1, 'rules'), ('source', 2, 'CONFIG_CHANGE');

PRAGMA user_version = 2;
