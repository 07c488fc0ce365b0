-- 0008_twins.sql - two events with one id are two events
--
-- Host, time and serial do not tell events apart: the clock of a machine may begin
-- alike at each boot, as serials do, and anybody may write a line with the id of
-- another event. What an event is, is told by its content (src/parse/twins.h): where
-- records of one id contradict each other, there is an event for each, and twin
-- numbers them in the order of arrival. Nearly all ids have one event, with twin 0.
-- There always is one with 0, so that to add an event is all that it takes to see
-- that its id is new.
--
-- Which of them a record belongs to is known from what it was read together with.
-- loose has those that were read apart, so that they can go elsewhere when another
-- event with the id comes: what the events are does not depend on the order.
--
-- A UNIQUE cannot be changed, so the table is made anew, with foreign keys off
-- (src/trail/open.c): what points to events stays as it is.
--
-- A number is below every text, and a text below every blob: that a value is
-- >= '' says that it is no number, in a third of the time that typeof() takes.

CREATE TABLE copy AS SELECT * FROM event;
DROP TABLE event;
CREATE TABLE event (
	id INTEGER PRIMARY KEY,		-- in the order of arrival; only this trail knows it

	-- identity
	host_id INTEGER NOT NULL REFERENCES machine,
	time_ms INTEGER NOT NULL,	-- milliseconds since 1970, UTC; the kernel's coarse clock
	serial INTEGER NOT NULL,	-- restarts at boot; from 2^63 on (forged) stored less 2^64
	daemon INTEGER NOT NULL CHECK (daemon IN (0, 1)),	-- 1: auditd's sequence of serials

	kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),	-- enum event_kind

	-- from SYSCALL; NULL where there is no such record or field
	call INTEGER CHECK (call BETWEEN 1 AND 3),	-- enum module_call
	abi INTEGER CHECK (abi BETWEEN 1 AND 3),	-- enum abi
	success INTEGER CHECK (success IN (0, 1)),	-- NULL: no SYSCALL record
	exit INTEGER,			-- return value; -errno on failure
	a0 INTEGER, a1 INTEGER,		-- arguments of a module call, 64 bits as they were
	a2 INTEGER, a3 INTEGER,
	pid INTEGER,
	ppid INTEGER,
	auid INTEGER,			-- login uid; 4294967295: unset
	uid INTEGER,
	euid INTEGER,
	gid INTEGER,
	ses INTEGER,			-- login session; 4294967295: unset
	tty ANY CHECK (tty >= ''),	-- NULL: (none)
	comm ANY CHECK (comm >= ''),
	exe ANY CHECK (exe >= ''),
	keys ANY CHECK (keys >= ''),	-- joined by 0x01
	login ANY CHECK (login >= ''),	-- name of auid, ENRICHED
	user ANY CHECK (user >= ''),	-- name of uid, ENRICHED

	-- of a call: KERN_MODULE's name; of a tool run: the names it asks for, joined by ','
	module ANY CHECK (module >= ''),
	module_source INTEGER CHECK (module_source BETWEEN 1 AND 3),	-- enum name_source

	-- from EXECVE and CWD, else PROCTITLE
	argv BLOB,			-- arguments, each ended by NUL
	argv_stale INTEGER NOT NULL CHECK (argv_stale IN (0, 1)),	-- 1: from PROCTITLE
	cwd ANY CHECK (cwd >= ''),

	tool ANY CHECK (tool >= ''),	-- of a tool run: insmod ...
	intends INTEGER NOT NULL CHECK (intends IN (0, 1)),	-- tool run: asks for an action

	-- CONFIG_CHANGE, auditd's own, markers
	op ANY CHECK (op >= ''),
	list INTEGER,			-- the kernel's number: 4 exit, 1 task, 5 exclude ...
	result INTEGER,			-- 1 done, 0 refused
	detail ANY CHECK (detail >= ''),	-- the record's fields

	records INTEGER NOT NULL CHECK (records >= 0),	-- lines in the table record

	twin INTEGER NOT NULL CHECK (twin >= 0),	-- of several events with one id; 0: the only one

	UNIQUE (host_id, time_ms, serial, daemon, twin)	-- also finds a host's events by time
) STRICT;
INSERT INTO event (id, host_id, time_ms, serial, daemon, kind, call, abi, success, exit, a0, a1, a2, a3, pid, ppid,
	auid, uid, euid, gid, ses, tty, comm, exe, keys, login, user, module, module_source, argv,
	argv_stale, cwd, tool, intends, op, list, result, detail, records,
	twin)
SELECT id, host_id, time_ms, serial, daemon, kind, call, abi, success, exit, a0, a1, a2, a3, pid, ppid,
	auid, uid, euid, gid, ses, tty, comm, exe, keys, login, user, module, module_source, argv,
	argv_stale, cwd, tool, intends, op, list, result, detail, records, 0
FROM copy;
DROP TABLE copy;

CREATE INDEX event_time ON event (time_ms);
CREATE INDEX event_call ON event (host_id, pid, time_ms, serial) WHERE kind = 1;
CREATE INDEX event_exec ON event (host_id, pid, time_ms, serial) WHERE kind = 2;
CREATE INDEX event_config ON event (host_id, time_ms) WHERE kind = 3;
CREATE INDEX event_daemon ON event (host_id, time_ms) WHERE kind = 4;
CREATE INDEX event_lost_reset ON event (host_id, time_ms)
	WHERE kind = 3 AND op = 'set'
		AND detail >= 'op=set lost=0 old=1' AND detail < 'op=set lost=0 old=:';
CREATE INDEX event_twin ON event (host_id, time_ms) WHERE twin > 0;

ALTER TABLE record ADD COLUMN loose BLOB;	-- lines of raw that were read apart from the event's own;
						-- NULL: none
ALTER TABLE record ADD COLUMN interrupted INTEGER CHECK (interrupted = 1);	-- 1: another event with
						-- the id began in its midst; NULL: none

PRAGMA user_version = 8;
