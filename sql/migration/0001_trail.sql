-- 0001_trail.sql - hosts, events with their records, positions in files, losses
--
-- Names from a log are bytes. A column of type ANY keeps them as they were: TEXT
-- where they are valid UTF-8 without NUL, BLOB where they are not. (SQLite would
-- take any bytes as TEXT, but text functions stop at a NUL and programs that
-- trust TEXT to be UTF-8 break on the rest.) Numbers of kinds and calls are those
-- of src/model/event.h and src/trail/store.h, which only ever append.

CREATE TABLE machine (
	id INTEGER PRIMARY KEY,
	name ANY NOT NULL UNIQUE	-- node= of its records, or the name given when they were read
		CHECK (typeof(name) NOT IN ('integer', 'real'))
) STRICT;

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
	tty ANY CHECK (typeof(tty) NOT IN ('integer', 'real')),	-- NULL: (none)
	comm ANY CHECK (typeof(comm) NOT IN ('integer', 'real')),
	exe ANY CHECK (typeof(exe) NOT IN ('integer', 'real')),
	keys ANY CHECK (typeof(keys) NOT IN ('integer', 'real')),	-- joined by 0x01
	login ANY CHECK (typeof(login) NOT IN ('integer', 'real')),	-- name of auid, ENRICHED
	user ANY CHECK (typeof(user) NOT IN ('integer', 'real')),	-- name of uid, ENRICHED

	-- of a call: KERN_MODULE's name; of a tool run: the names it asks for, joined by ','
	module ANY CHECK (typeof(module) NOT IN ('integer', 'real')),
	module_source INTEGER CHECK (module_source BETWEEN 1 AND 3),	-- enum name_source

	-- from EXECVE and CWD, else PROCTITLE
	argv BLOB,			-- arguments, each ended by NUL
	argv_stale INTEGER NOT NULL CHECK (argv_stale IN (0, 1)),	-- 1: from PROCTITLE
	cwd ANY CHECK (typeof(cwd) NOT IN ('integer', 'real')),

	tool ANY CHECK (typeof(tool) NOT IN ('integer', 'real')),	-- of a tool run: insmod ...
	intends INTEGER NOT NULL CHECK (intends IN (0, 1)),	-- tool run: asks for an action

	-- CONFIG_CHANGE, auditd's own, markers
	op ANY CHECK (typeof(op) NOT IN ('integer', 'real')),
	list INTEGER,			-- the kernel's number: 4 exit, 1 task, 5 exclude ...
	result INTEGER,			-- 1 done, 0 refused
	detail ANY CHECK (typeof(detail) NOT IN ('integer', 'real')),	-- the record's fields

	records INTEGER NOT NULL CHECK (records >= 0),	-- lines in the table record

	UNIQUE (host_id, time_ms, serial, daemon)	-- also finds a host's events by time
) STRICT;

CREATE INDEX event_time ON event (time_ms);
CREATE INDEX event_call ON event (host_id, pid, time_ms, serial) WHERE kind = 1;
CREATE INDEX event_exec ON event (host_id, pid, time_ms, serial) WHERE kind = 2;
CREATE INDEX event_daemon ON event (host_id, time_ms) WHERE kind = 4;

-- What correlate made of a call or a tool run: derived anew whenever events of
-- its process change, and apart from them, so that rows need not grow in place.
CREATE TABLE link (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	run_id INTEGER REFERENCES event ON DELETE SET NULL,	-- call: its tool run
	calls INTEGER NOT NULL CHECK (calls >= 0),	-- tool run: the calls that belong to it
	origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 3),	-- enum origin
	tool ANY CHECK (typeof(tool) NOT IN ('integer', 'real')),
	module ANY CHECK (typeof(module) NOT IN ('integer', 'real')),	-- call: inferred name
	module_source INTEGER CHECK (module_source BETWEEN 1 AND 3)	-- enum name_source
) STRICT;

CREATE INDEX link_run ON link (run_id) WHERE run_id IS NOT NULL;

-- The records are apart from what was read out of them, so that a search over
-- events need not walk through their texts.
CREATE TABLE record (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	raw BLOB NOT NULL		-- lines as logged, in the kernel's order, each ended by a newline
) STRICT;

-- How far each file has been read. A file is known by its first line, not by
-- its name. One position per file, the last one: of two files that begin with
-- the same line and differ later, one is read again from its start, which
-- changes nothing.
CREATE TABLE source (
	host_id INTEGER NOT NULL REFERENCES machine,	-- whose log it was said to be
	head INTEGER NOT NULL,		-- hash of its first line, 64 bits
	path ANY NOT NULL CHECK (typeof(path) NOT IN ('integer', 'real')),	-- under which it was last read
	offset INTEGER NOT NULL CHECK (offset >= 0),	-- bytes: where to go on; 0: nowhere
	tail INTEGER NOT NULL,		-- hash of the bytes before offset, 64 bits
	size INTEGER NOT NULL CHECK (size >= offset),	-- bytes read
	updated_ms INTEGER NOT NULL,	-- milliseconds since 1970, the reader's clock
	PRIMARY KEY (host_id, head)
) STRICT, WITHOUT ROWID;

CREATE TABLE known_loss (
	host_id INTEGER NOT NULL REFERENCES machine,
	head INTEGER NOT NULL,		-- of the file that it is about, as in source; 0: of none
	kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),	-- enum loss_kind
	place ANY NOT NULL CHECK (typeof(place) NOT IN ('integer', 'real')),	-- the first: FILE:LINE ...
	what ANY NOT NULL CHECK (typeof(what) NOT IN ('integer', 'real')),	-- "line too long" ...
	time_ms INTEGER NOT NULL,	-- when it happened if known, else when first noticed
	count INTEGER NOT NULL CHECK (count >= 0),	-- lines, records or serials, as what says
	PRIMARY KEY (host_id, head, kind, what)
) STRICT, WITHOUT ROWID;

CREATE TABLE errno (
	number INTEGER PRIMARY KEY,	-- Linux, all architectures that modtrail reads
	name TEXT NOT NULL
) STRICT;

INSERT INTO errno (number, name) VALUES
	(1, 'EPERM'), (2, 'ENOENT'), (3, 'ESRCH'), (4, 'EINTR'), (5, 'EIO'), (6, 'ENXIO'),
	(7, 'E2BIG'), (8, 'ENOEXEC'), (9, 'EBADF'), (10, 'ECHILD'), (11, 'EAGAIN'),
	(12, 'ENOMEM'), (13, 'EACCES'), (14, 'EFAULT'), (15, 'ENOTBLK'), (16, 'EBUSY'),
	(17, 'EEXIST'), (18, 'EXDEV'), (19, 'ENODEV'), (20, 'ENOTDIR'), (21, 'EISDIR'),
	(22, 'EINVAL'), (23, 'ENFILE'), (24, 'EMFILE'), (25, 'ENOTTY'), (26, 'ETXTBSY'),
	(27, 'EFBIG'), (28, 'ENOSPC'), (29, 'ESPIPE'), (30, 'EROFS'), (31, 'EMLINK'),
	(32, 'EPIPE'), (33, 'EDOM'), (34, 'ERANGE'), (35, 'EDEADLK'), (36, 'ENAMETOOLONG'),
	(37, 'ENOLCK'), (38, 'ENOSYS'), (39, 'ENOTEMPTY'), (40, 'ELOOP'), (42, 'ENOMSG'),
	(43, 'EIDRM'), (44, 'ECHRNG'), (45, 'EL2NSYNC'), (46, 'EL3HLT'), (47, 'EL3RST'),
	(48, 'ELNRNG'), (49, 'EUNATCH'), (50, 'ENOCSI'), (51, 'EL2HLT'), (52, 'EBADE'),
	(53, 'EBADR'), (54, 'EXFULL'), (55, 'ENOANO'), (56, 'EBADRQC'), (57, 'EBADSLT'),
	(59, 'EBFONT'), (60, 'ENOSTR'), (61, 'ENODATA'), (62, 'ETIME'), (63, 'ENOSR'),
	(64, 'ENONET'), (65, 'ENOPKG'), (66, 'EREMOTE'), (67, 'ENOLINK'), (68, 'EADV'),
	(69, 'ESRMNT'), (70, 'ECOMM'), (71, 'EPROTO'), (72, 'EMULTIHOP'), (73, 'EDOTDOT'),
	(74, 'EBADMSG'), (75, 'EOVERFLOW'), (76, 'ENOTUNIQ'), (77, 'EBADFD'), (78, 'EREMCHG'),
	(79, 'ELIBACC'), (80, 'ELIBBAD'), (81, 'ELIBSCN'), (82, 'ELIBMAX'), (83, 'ELIBEXEC'),
	(84, 'EILSEQ'), (85, 'ERESTART'), (86, 'ESTRPIPE'), (87, 'EUSERS'), (88, 'ENOTSOCK'),
	(89, 'EDESTADDRREQ'), (90, 'EMSGSIZE'), (91, 'EPROTOTYPE'), (92, 'ENOPROTOOPT'),
	(93, 'EPROTONOSUPPORT'), (94, 'ESOCKTNOSUPPORT'), (95, 'EOPNOTSUPP'),
	(96, 'EPFNOSUPPORT'), (97, 'EAFNOSUPPORT'), (98, 'EADDRINUSE'), (99, 'EADDRNOTAVAIL'),
	(100, 'ENETDOWN'), (101, 'ENETUNREACH'), (102, 'ENETRESET'), (103, 'ECONNABORTED'),
	(104, 'ECONNRESET'), (105, 'ENOBUFS'), (106, 'EISCONN'), (107, 'ENOTCONN'),
	(108, 'ESHUTDOWN'), (109, 'ETOOMANYREFS'), (110, 'ETIMEDOUT'), (111, 'ECONNREFUSED'),
	(112, 'EHOSTDOWN'), (113, 'EHOSTUNREACH'), (114, 'EALREADY'), (115, 'EINPROGRESS'),
	(116, 'ESTALE'), (117, 'EUCLEAN'), (118, 'ENOTNAM'), (119, 'ENAVAIL'), (120, 'EISNAM'),
	(121, 'EREMOTEIO'), (122, 'EDQUOT'), (123, 'ENOMEDIUM'), (124, 'EMEDIUMTYPE'),
	(125, 'ECANCELED'), (126, 'ENOKEY'), (127, 'EKEYEXPIRED'), (128, 'EKEYREVOKED'),
	(129, 'EKEYREJECTED'), (130, 'EOWNERDEAD'), (131, 'ENOTRECOVERABLE'), (132, 'ERFKILL'),
	(133, 'EHWPOISON'), (512, 'ERESTARTSYS'), (513, 'ERESTARTNOINTR'),
	(514, 'ERESTARTNOHAND'), (516, 'ERESTART_RESTARTBLOCK'), (517, 'EPROBE_DEFER'),
	(524, 'ENOTSUPP');

PRAGMA application_id = 0x6d6f6474;	-- "modt": file(1) and we know a trail by it
PRAGMA user_version = 1;
