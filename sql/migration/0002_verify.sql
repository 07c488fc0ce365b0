-- 0002_verify.sql - self-tests, what they proved, and since when
--
-- Markers are events already; marker says which run and process each is about,
-- so that views find them. It is a function of the event, filled beside it
-- (and, for the events of older trails, right after this step). What was made
-- of the evidence is in judgement, cell and cell_change: derived by 'modtrail
-- verify', for hosts that have news, and only for what the news can change.
-- Numbers are those of the enums in src/cell.h and src/run.h.

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

-- The run that an event of this process belongs to: its probe marker stands
-- before, its acted marker (or, for want of one, ten seconds) behind. Only
-- markers of root count.
CREATE VIEW selftest_event AS
SELECT e.id AS event_id, p.run AS run
FROM event AS e
JOIN marker AS p ON p.word = 4 AND p.host_id = e.host_id AND p.pid = e.pid
	AND p.time_ms BETWEEN e.time_ms - 60000 AND e.time_ms
JOIN event AS w ON w.id = p.event_id AND w.uid = 0
WHERE e.kind IN (1, 2)
	AND e.time_ms <= coalesce(
		(SELECT min(a.time_ms) FROM marker AS a
			WHERE a.host_id = p.host_id AND a.run = p.run AND a.word = 5
			AND a.number = p.number AND a.pid = p.pid),
		p.time_ms + 10000);

CREATE VIEW selftest AS
SELECT
	b.run AS id,
	m.name AS host,
	strftime('%Y-%m-%dT%H:%M:%fZ', b.begun_ms / 1000.0, 'unixepoch') AS started,
	strftime('%Y-%m-%dT%H:%M:%fZ', b.ended_ms / 1000.0, 'unixepoch') AS finished,
	b.probes AS probes,
	b.seen AS seen,
	(SELECT word FROM word WHERE kind = 'status' AND number = b.worst) AS status,
	nullif(b.caveats, '') AS caveats,
	b.begun_ms AS started_ms,
	b.ended_ms AS finished_ms
FROM judgement AS b
JOIN machine AS m ON m.id = b.host_id;

CREATE VIEW coverage AS
SELECT
	m.name AS host,
	(SELECT word FROM word WHERE kind = 'mechanism' AND number = c.mechanism) AS mechanism,
	(SELECT word FROM word WHERE kind = 'actor' AND number = c.actor) AS actor,
	c.claimed AS claimed,
	(SELECT word FROM word WHERE kind = 'source' AND number = c.claim_source) AS claim_source,
	c.probes > 0 AS exercised,
	c.probes > 0 AND c.seen = c.probes AS seen,
	(SELECT word FROM word WHERE kind = 'verdict' AND number = c.verdict) AS verdict,
	(SELECT word FROM word WHERE kind = 'stage' AND number = c.stage) AS stage,
	(SELECT word FROM word WHERE kind = 'reason' AND number = c.reason) AS reason,
	c.remedy AS remedy,
	c.event_id AS evidence,
	strftime('%Y-%m-%dT%H:%M:%fZ', c.checked_ms / 1000.0, 'unixepoch') AS checked,
	c.rule AS rule,
	c.place AS place,
	c.detail AS detail,
	(SELECT word FROM word WHERE kind = 'expect' AND number = c.expect) AS expected,
	c.probes AS probes,
	c.seen AS probes_seen,
	c.seen_keys AS seen_keys,
	(SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(since_ms) / 1000.0, 'unixepoch')
		FROM cell_change AS h
		WHERE h.host_id = c.host_id AND h.mechanism = c.mechanism AND h.actor = c.actor)
		AS since,
	c.checked_ms AS checked_ms
FROM cell AS c
JOIN machine AS m ON m.id = c.host_id;

CREATE VIEW coverage_change AS
SELECT
	m.name AS host,
	(SELECT word FROM word WHERE kind = 'mechanism' AND number = h.mechanism) AS mechanism,
	(SELECT word FROM word WHERE kind = 'actor' AND number = h.actor) AS actor,
	strftime('%Y-%m-%dT%H:%M:%fZ', h.since_ms / 1000.0, 'unixepoch') AS since,
	(SELECT word FROM word WHERE kind = 'verdict' AND number = h.verdict) AS verdict,
	(SELECT word FROM word WHERE kind = 'reason' AND number = h.reason) AS reason,
	h.run AS selftest,
	h.event_id AS change_id,
	CASE e.kind WHEN 3 THEN e.op || coalesce(' key ' || replace(e.keys, char(1), ','), '')
			|| CASE e.result WHEN 0 THEN ' (refused)' ELSE '' END
		WHEN 4 THEN CASE e.daemon WHEN 1 THEN 'auditd: ' || e.op ELSE 'boot' END END AS change,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS changed,
	h.since_ms AS since_ms
FROM cell_change AS h
JOIN machine AS m ON m.id = h.host_id
LEFT JOIN event AS e ON e.id = h.event_id;

-- The same views, with what self-tests say.
DROP VIEW activity;
DROP VIEW tool_run;
DROP VIEW host;

CREATE VIEW activity AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	CASE WHEN e.kind = 2 THEN 'attempt' WHEN e.call = 3 THEN 'unload' ELSE 'load' END AS action,
	coalesce(e.module, l.module) AS module,
	CASE coalesce(e.module_source, l.module_source) WHEN 1 THEN 'kernel' WHEN 2 THEN 'argv'
		WHEN 3 THEN 'proctitle' END AS module_source,
	CASE WHEN e.kind = 2 THEN 'none' WHEN e.success THEN 'success' ELSE 'failure' END AS outcome,
	CASE WHEN e.kind = 1 AND e.success = 0
		THEN coalesce((SELECT name FROM errno WHERE number = -e.exit), e.exit || '') END AS error,
	CASE e.call WHEN 1 THEN 'init_module' WHEN 2 THEN 'finit_module' WHEN 3 THEN 'delete_module' END
		AS syscall,
	CASE WHEN e.kind = 1
		THEN CASE e.abi WHEN 1 THEN 'b64' WHEN 2 THEN 'b32' WHEN 3 THEN 'x32' END END AS abi,
	CASE WHEN (e.call = 3 AND e.a1 & 0x200) OR (e.call = 2 AND e.a2 & 3) THEN
			CASE WHEN e.call = 2 AND e.a2 & 4 THEN 'forced,compressed' ELSE 'forced' END
		WHEN e.call = 2 AND e.a2 & 4 THEN 'compressed' END AS flags,
	coalesce(e.tool, l.tool) AS tool,
	(SELECT command FROM command_line WHERE event_id = coalesce(r.id, e.id)) AS command,
	CASE WHEN r.id IS NULL THEN e.argv_stale ELSE r.argv_stale END AS command_stale,
	e.exe AS exe,
	e.comm AS comm,
	e.pid AS pid,
	e.ppid AS ppid,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.uid AS uid,
	e.user AS user,
	e.euid AS euid,
	e.gid AS gid,
	e.ses AS session,
	e.tty AS tty,
	coalesce(r.cwd, e.cwd) AS cwd,
	CASE l.origin WHEN 1 THEN 'interactive' WHEN 2 THEN 'service' WHEN 3 THEN 'autoload'
		ELSE 'unknown' END AS origin,
	replace(e.keys, char(1), ',') AS keys,
	e.serial AS serial,
	l.run_id AS run_id,
	e.records AS records,
	(SELECT run FROM selftest_event WHERE event_id = e.id LIMIT 1) AS selftest
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
LEFT JOIN link AS l ON l.event_id = e.id
LEFT JOIN event AS r ON r.id = l.run_id
WHERE e.kind = 1 OR (e.kind = 2 AND e.intends AND coalesce(l.calls, 0) = 0);

CREATE VIEW tool_run AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	e.tool AS tool,
	(SELECT command FROM command_line WHERE event_id = e.id) AS command,
	e.argv_stale AS command_stale,
	e.module AS modules,
	e.pid AS pid,
	e.ppid AS ppid,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.uid AS uid,
	e.user AS user,
	e.ses AS session,
	e.tty AS tty,
	e.cwd AS cwd,
	e.exe AS exe,
	e.comm AS comm,
	CASE l.origin WHEN 1 THEN 'interactive' WHEN 2 THEN 'service' WHEN 3 THEN 'autoload'
		ELSE 'unknown' END AS origin,
	replace(e.keys, char(1), ',') AS keys,
	coalesce(l.calls, 0) AS syscalls,
	max(coalesce(l.calls, 0), e.intends) AS actions,
	e.serial AS serial,
	e.records AS records,
	(SELECT run FROM selftest_event WHERE event_id = e.id LIMIT 1) AS selftest
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
LEFT JOIN link AS l ON l.event_id = e.id
WHERE e.kind = 2;

CREATE VIEW host AS
SELECT
	name,
	strftime('%Y-%m-%dT%H:%M:%fZ', first_seen_ms / 1000.0, 'unixepoch') AS first_seen,
	strftime('%Y-%m-%dT%H:%M:%fZ', last_seen_ms / 1000.0, 'unixepoch') AS last_seen,
	strftime('%Y-%m-%dT%H:%M:%fZ', last_selftest_ms / 1000.0, 'unixepoch') AS last_selftest,
	CASE WHEN failing > 0 THEN 'critical' WHEN gaps > 0 THEN 'warning'
		WHEN first_seen_ms IS NULL THEN 'no events' WHEN losses > 0 THEN 'losses' ELSE 'ok' END
		AS status,
	losses,
	first_seen_ms,
	last_seen_ms,
	last_selftest_ms,
	failing,
	gaps
FROM (
	SELECT
		m.name AS name,
		(SELECT min(time_ms) FROM event WHERE host_id = m.id) AS first_seen_ms,
		(SELECT max(time_ms) FROM event WHERE host_id = m.id) AS last_seen_ms,
		(SELECT count(*) FROM known_loss WHERE host_id = m.id AND count > 0) AS losses,
		(SELECT max(begun_ms) FROM judgement WHERE host_id = m.id) AS last_selftest_ms,
		-- silent, miskeyed, blind; uncovered, untested, stale
		(SELECT count(*) FROM cell WHERE host_id = m.id AND verdict IN (1, 2, 6)) AS failing,
		(SELECT count(*) FROM cell WHERE host_id = m.id AND verdict IN (3, 4, 5)) AS gaps
	FROM machine AS m
);
