-- A trail of version 4: pruned, with gaps, and with resets of the kernel's lost counter. For 'sqlite3 FILE <'.
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE machine (
	id INTEGER PRIMARY KEY,
	name ANY NOT NULL UNIQUE	-- node= of its records, or the name given when they were read
		CHECK (typeof(name) NOT IN ('integer', 'real'))
) STRICT;
INSERT INTO machine VALUES(1,'web');
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
INSERT INTO event VALUES(2,1,1795456290200,102,0,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,0,'set',NULL,1,'op=set audit_enabled=1 old=1 auid=1000 ses=3 subj=unconfined res=1',1);
INSERT INTO event VALUES(3,1,1795456300000,103,0,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,0,'set',NULL,1,'op=set lost=0 old=619 auid=1000 ses=3 subj=unconfined res=1',1);
INSERT INTO event VALUES(4,1,1795456310100,110,0,1,3,1,1,0,5,2048,0,3,120,108,1000,0,0,0,3,'pts0','rmmod','/usr/bin/kmod','modules',NULL,NULL,'dummy',1,NULL,0,NULL,NULL,0,NULL,NULL,NULL,NULL,2);
INSERT INTO event VALUES(5,1,1795456320000,111,0,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,0,'set',NULL,1,'op=set lost=0 old=0 auid=1000 ses=3 subj=unconfined res=1',1);
INSERT INTO event VALUES(6,1,1795456330000,112,0,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,1000,NULL,NULL,NULL,3,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,0,'set',NULL,1,'op=set lost=0 old=7 auid=1000 ses=3 subj=unconfined res=1',1);
CREATE TABLE link (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	run_id INTEGER REFERENCES event ON DELETE SET NULL,	-- call: its tool run
	calls INTEGER NOT NULL CHECK (calls >= 0),	-- tool run: the calls that belong to it
	origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 3),	-- enum origin
	tool ANY CHECK (typeof(tool) NOT IN ('integer', 'real')),
	module ANY CHECK (typeof(module) NOT IN ('integer', 'real')),	-- call: inferred name
	module_source INTEGER CHECK (module_source BETWEEN 1 AND 3)	-- enum name_source
) STRICT;
INSERT INTO link VALUES(4,NULL,0,1,'rmmod',NULL,NULL);
CREATE TABLE record (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	raw BLOB NOT NULL		-- lines as logged, in the kernel's order, each ended by a newline
) STRICT;
INSERT INTO record VALUES(2,X'747970653d434f4e4649475f4348414e4745206d73673d617564697428313739353435363239302e3230303a313032293a206f703d7365742061756469745f656e61626c65643d31206f6c643d3120617569643d31303030207365733d33207375626a3d756e636f6e66696e6564207265733d310a');
INSERT INTO record VALUES(3,X'747970653d434f4e4649475f4348414e4745206d73673d617564697428313739353435363330302e3030303a313033293a206f703d736574206c6f73743d30206f6c643d36313920617569643d31303030207365733d33207375626a3d756e636f6e66696e6564207265733d310a');
INSERT INTO record VALUES(4,X'747970653d53595343414c4c206d73673d617564697428313739353435363331302e3130303a313130293a20617263683d63303030303033652073797363616c6c3d31373620737563636573733d79657320657869743d302061303d352061313d3830302061323d302061333d33206974656d733d3020707069643d313038207069643d31323020617569643d31303030207569643d30206769643d3020657569643d3020737569643d302066737569643d3020656769643d3020736769643d302066736769643d30207474793d70747330207365733d3320636f6d6d3d22726d6d6f6422206578653d222f7573722f62696e2f6b6d6f6422207375626a3d756e636f6e66696e6564206b65793d226d6f64756c6573220a747970653d4b45524e5f4d4f44554c45206d73673d617564697428313739353435363331302e3130303a313130293a206e616d653d2264756d6d79220a');
INSERT INTO record VALUES(5,X'747970653d434f4e4649475f4348414e4745206d73673d617564697428313739353435363332302e3030303a313131293a206f703d736574206c6f73743d30206f6c643d3020617569643d31303030207365733d33207375626a3d756e636f6e66696e6564207265733d310a');
INSERT INTO record VALUES(6,X'747970653d434f4e4649475f4348414e4745206d73673d617564697428313739353435363333302e3030303a313132293a206f703d736574206c6f73743d30206f6c643d3720617569643d31303030207365733d33207375626a3d756e636f6e66696e6564207265733d310a');
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
INSERT INTO source VALUES(1,7558174849205566494,'./b.log',0,-3750763034362895579,1125,1795750110489);
CREATE TABLE known_loss (
	host_id INTEGER NOT NULL REFERENCES machine,
	head INTEGER NOT NULL,		-- of the file that it is about, as in source; 0: of none
	kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 5),	-- enum loss_kind
	place ANY NOT NULL CHECK (typeof(place) NOT IN ('integer', 'real')),	-- the first: FILE:LINE ...
	what ANY NOT NULL CHECK (typeof(what) NOT IN ('integer', 'real')),	-- "line too long" ...
	time_ms INTEGER NOT NULL,	-- when it happened if known, else when first noticed
	count INTEGER NOT NULL CHECK (count >= 0), until_ms INTEGER,	-- lines, records or serials, as what says
	PRIMARY KEY (host_id, head, kind, what)
) STRICT, WITHOUT ROWID;
CREATE TABLE errno (
	number INTEGER PRIMARY KEY,	-- Linux, all architectures that modtrail reads
	name TEXT NOT NULL
) STRICT;
INSERT INTO errno VALUES(1,'EPERM');
INSERT INTO errno VALUES(2,'ENOENT');
INSERT INTO errno VALUES(3,'ESRCH');
INSERT INTO errno VALUES(4,'EINTR');
INSERT INTO errno VALUES(5,'EIO');
INSERT INTO errno VALUES(6,'ENXIO');
INSERT INTO errno VALUES(7,'E2BIG');
INSERT INTO errno VALUES(8,'ENOEXEC');
INSERT INTO errno VALUES(9,'EBADF');
INSERT INTO errno VALUES(10,'ECHILD');
INSERT INTO errno VALUES(11,'EAGAIN');
INSERT INTO errno VALUES(12,'ENOMEM');
INSERT INTO errno VALUES(13,'EACCES');
INSERT INTO errno VALUES(14,'EFAULT');
INSERT INTO errno VALUES(15,'ENOTBLK');
INSERT INTO errno VALUES(16,'EBUSY');
INSERT INTO errno VALUES(17,'EEXIST');
INSERT INTO errno VALUES(18,'EXDEV');
INSERT INTO errno VALUES(19,'ENODEV');
INSERT INTO errno VALUES(20,'ENOTDIR');
INSERT INTO errno VALUES(21,'EISDIR');
INSERT INTO errno VALUES(22,'EINVAL');
INSERT INTO errno VALUES(23,'ENFILE');
INSERT INTO errno VALUES(24,'EMFILE');
INSERT INTO errno VALUES(25,'ENOTTY');
INSERT INTO errno VALUES(26,'ETXTBSY');
INSERT INTO errno VALUES(27,'EFBIG');
INSERT INTO errno VALUES(28,'ENOSPC');
INSERT INTO errno VALUES(29,'ESPIPE');
INSERT INTO errno VALUES(30,'EROFS');
INSERT INTO errno VALUES(31,'EMLINK');
INSERT INTO errno VALUES(32,'EPIPE');
INSERT INTO errno VALUES(33,'EDOM');
INSERT INTO errno VALUES(34,'ERANGE');
INSERT INTO errno VALUES(35,'EDEADLK');
INSERT INTO errno VALUES(36,'ENAMETOOLONG');
INSERT INTO errno VALUES(37,'ENOLCK');
INSERT INTO errno VALUES(38,'ENOSYS');
INSERT INTO errno VALUES(39,'ENOTEMPTY');
INSERT INTO errno VALUES(40,'ELOOP');
INSERT INTO errno VALUES(42,'ENOMSG');
INSERT INTO errno VALUES(43,'EIDRM');
INSERT INTO errno VALUES(44,'ECHRNG');
INSERT INTO errno VALUES(45,'EL2NSYNC');
INSERT INTO errno VALUES(46,'EL3HLT');
INSERT INTO errno VALUES(47,'EL3RST');
INSERT INTO errno VALUES(48,'ELNRNG');
INSERT INTO errno VALUES(49,'EUNATCH');
INSERT INTO errno VALUES(50,'ENOCSI');
INSERT INTO errno VALUES(51,'EL2HLT');
INSERT INTO errno VALUES(52,'EBADE');
INSERT INTO errno VALUES(53,'EBADR');
INSERT INTO errno VALUES(54,'EXFULL');
INSERT INTO errno VALUES(55,'ENOANO');
INSERT INTO errno VALUES(56,'EBADRQC');
INSERT INTO errno VALUES(57,'EBADSLT');
INSERT INTO errno VALUES(59,'EBFONT');
INSERT INTO errno VALUES(60,'ENOSTR');
INSERT INTO errno VALUES(61,'ENODATA');
INSERT INTO errno VALUES(62,'ETIME');
INSERT INTO errno VALUES(63,'ENOSR');
INSERT INTO errno VALUES(64,'ENONET');
INSERT INTO errno VALUES(65,'ENOPKG');
INSERT INTO errno VALUES(66,'EREMOTE');
INSERT INTO errno VALUES(67,'ENOLINK');
INSERT INTO errno VALUES(68,'EADV');
INSERT INTO errno VALUES(69,'ESRMNT');
INSERT INTO errno VALUES(70,'ECOMM');
INSERT INTO errno VALUES(71,'EPROTO');
INSERT INTO errno VALUES(72,'EMULTIHOP');
INSERT INTO errno VALUES(73,'EDOTDOT');
INSERT INTO errno VALUES(74,'EBADMSG');
INSERT INTO errno VALUES(75,'EOVERFLOW');
INSERT INTO errno VALUES(76,'ENOTUNIQ');
INSERT INTO errno VALUES(77,'EBADFD');
INSERT INTO errno VALUES(78,'EREMCHG');
INSERT INTO errno VALUES(79,'ELIBACC');
INSERT INTO errno VALUES(80,'ELIBBAD');
INSERT INTO errno VALUES(81,'ELIBSCN');
INSERT INTO errno VALUES(82,'ELIBMAX');
INSERT INTO errno VALUES(83,'ELIBEXEC');
INSERT INTO errno VALUES(84,'EILSEQ');
INSERT INTO errno VALUES(85,'ERESTART');
INSERT INTO errno VALUES(86,'ESTRPIPE');
INSERT INTO errno VALUES(87,'EUSERS');
INSERT INTO errno VALUES(88,'ENOTSOCK');
INSERT INTO errno VALUES(89,'EDESTADDRREQ');
INSERT INTO errno VALUES(90,'EMSGSIZE');
INSERT INTO errno VALUES(91,'EPROTOTYPE');
INSERT INTO errno VALUES(92,'ENOPROTOOPT');
INSERT INTO errno VALUES(93,'EPROTONOSUPPORT');
INSERT INTO errno VALUES(94,'ESOCKTNOSUPPORT');
INSERT INTO errno VALUES(95,'EOPNOTSUPP');
INSERT INTO errno VALUES(96,'EPFNOSUPPORT');
INSERT INTO errno VALUES(97,'EAFNOSUPPORT');
INSERT INTO errno VALUES(98,'EADDRINUSE');
INSERT INTO errno VALUES(99,'EADDRNOTAVAIL');
INSERT INTO errno VALUES(100,'ENETDOWN');
INSERT INTO errno VALUES(101,'ENETUNREACH');
INSERT INTO errno VALUES(102,'ENETRESET');
INSERT INTO errno VALUES(103,'ECONNABORTED');
INSERT INTO errno VALUES(104,'ECONNRESET');
INSERT INTO errno VALUES(105,'ENOBUFS');
INSERT INTO errno VALUES(106,'EISCONN');
INSERT INTO errno VALUES(107,'ENOTCONN');
INSERT INTO errno VALUES(108,'ESHUTDOWN');
INSERT INTO errno VALUES(109,'ETOOMANYREFS');
INSERT INTO errno VALUES(110,'ETIMEDOUT');
INSERT INTO errno VALUES(111,'ECONNREFUSED');
INSERT INTO errno VALUES(112,'EHOSTDOWN');
INSERT INTO errno VALUES(113,'EHOSTUNREACH');
INSERT INTO errno VALUES(114,'EALREADY');
INSERT INTO errno VALUES(115,'EINPROGRESS');
INSERT INTO errno VALUES(116,'ESTALE');
INSERT INTO errno VALUES(117,'EUCLEAN');
INSERT INTO errno VALUES(118,'ENOTNAM');
INSERT INTO errno VALUES(119,'ENAVAIL');
INSERT INTO errno VALUES(120,'EISNAM');
INSERT INTO errno VALUES(121,'EREMOTEIO');
INSERT INTO errno VALUES(122,'EDQUOT');
INSERT INTO errno VALUES(123,'ENOMEDIUM');
INSERT INTO errno VALUES(124,'EMEDIUMTYPE');
INSERT INTO errno VALUES(125,'ECANCELED');
INSERT INTO errno VALUES(126,'ENOKEY');
INSERT INTO errno VALUES(127,'EKEYEXPIRED');
INSERT INTO errno VALUES(128,'EKEYREVOKED');
INSERT INTO errno VALUES(129,'EKEYREJECTED');
INSERT INTO errno VALUES(130,'EOWNERDEAD');
INSERT INTO errno VALUES(131,'ENOTRECOVERABLE');
INSERT INTO errno VALUES(132,'ERFKILL');
INSERT INTO errno VALUES(133,'EHWPOISON');
INSERT INTO errno VALUES(512,'ERESTARTSYS');
INSERT INTO errno VALUES(513,'ERESTARTNOINTR');
INSERT INTO errno VALUES(514,'ERESTARTNOHAND');
INSERT INTO errno VALUES(516,'ERESTART_RESTARTBLOCK');
INSERT INTO errno VALUES(517,'EPROBE_DEFER');
INSERT INTO errno VALUES(524,'ENOTSUPP');
CREATE TABLE marker (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	host_id INTEGER NOT NULL REFERENCES machine,
	time_ms INTEGER NOT NULL,
	word INTEGER NOT NULL CHECK (word BETWEEN 1 AND 6),	-- enum run_word: begin, claim, caveat,
					-- probe, acted, end
	run TEXT NOT NULL,		-- the run's id, 16 hex digits
	number INTEGER,			-- probe, acted: which probe
	pid INTEGER			-- probe, acted: the process that acts
, lost INTEGER CHECK (lost >= 0)) STRICT;
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
CREATE TABLE claim (
	host_id INTEGER NOT NULL REFERENCES machine,
	mechanism INTEGER NOT NULL CHECK (mechanism BETWEEN 0 AND 8),
	actor INTEGER NOT NULL CHECK (actor BETWEEN 0 AND 2),
	rule TEXT NOT NULL,		-- as text
	place TEXT NOT NULL,		-- FILE:LINE
	PRIMARY KEY (host_id, mechanism, actor)
) STRICT, WITHOUT ROWID;
CREATE TABLE news (
	host_id INTEGER PRIMARY KEY REFERENCES machine,
	from_ms INTEGER NOT NULL	-- time of the oldest of it
) STRICT;
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
CREATE TABLE word (
	kind TEXT NOT NULL,
	number INTEGER NOT NULL,
	word TEXT NOT NULL,
	PRIMARY KEY (kind, number)
) STRICT, WITHOUT ROWID;
INSERT INTO word VALUES('actor',0,'daemon');
INSERT INTO word VALUES('actor',1,'root');
INSERT INTO word VALUES('actor',2,'login');
INSERT INTO word VALUES('expect',0,'unknown');
INSERT INTO word VALUES('expect',1,'recorded');
INSERT INTO word VALUES('expect',2,'silent');
INSERT INTO word VALUES('expect',3,'inapplicable');
INSERT INTO word VALUES('loss',1,'parser drop');
INSERT INTO word VALUES('loss',2,'rotation gap');
INSERT INTO word VALUES('loss',3,'serial gap');
INSERT INTO word VALUES('loss',4,'kernel lost counter');
INSERT INTO word VALUES('loss',5,'daemon restart');
INSERT INTO word VALUES('mechanism',0,'finit_module.b64');
INSERT INTO word VALUES('mechanism',1,'init_module.b64');
INSERT INTO word VALUES('mechanism',2,'delete_module.b64');
INSERT INTO word VALUES('mechanism',3,'finit_module.b32');
INSERT INTO word VALUES('mechanism',4,'init_module.b32');
INSERT INTO word VALUES('mechanism',5,'delete_module.b32');
INSERT INTO word VALUES('mechanism',6,'exec.insmod');
INSERT INTO word VALUES('mechanism',7,'exec.rmmod');
INSERT INTO word VALUES('mechanism',8,'exec.modprobe');
INSERT INTO word VALUES('reason',1,'not-loaded');
INSERT INTO word VALUES('reason',2,'immutable');
INSERT INTO word VALUES('reason',3,'rejected-line');
INSERT INTO word VALUES('reason',4,'syscall-not-listed');
INSERT INTO word VALUES('reason',5,'abi-not-listed');
INSERT INTO word VALUES('reason',6,'watch-on-symlink');
INSERT INTO word VALUES('reason',7,'path-missing');
INSERT INTO word VALUES('reason',8,'filtered');
INSERT INTO word VALUES('reason',9,'shadowed');
INSERT INTO word VALUES('reason',10,'task-never');
INSERT INTO word VALUES('reason',11,'excluded');
INSERT INTO word VALUES('reason',12,'audit-off');
INSERT INTO word VALUES('reason',13,'other-key');
INSERT INTO word VALUES('reason',14,'lost');
INSERT INTO word VALUES('reason',15,'not-logged');
INSERT INTO word VALUES('reason',16,'process-too-old');
INSERT INTO word VALUES('reason',17,'unexplained');
INSERT INTO word VALUES('source',0,'self-test');
INSERT INTO word VALUES('source',1,'rules');
INSERT INTO word VALUES('source',2,'CONFIG_CHANGE');
INSERT INTO word VALUES('stage',1,'files');
INSERT INTO word VALUES('stage',2,'kernel');
INSERT INTO word VALUES('stage',3,'match');
INSERT INTO word VALUES('stage',4,'fired');
INSERT INTO word VALUES('stage',5,'delivered');
INSERT INTO word VALUES('status',0,'ok');
INSERT INTO word VALUES('status',1,'warning');
INSERT INTO word VALUES('status',2,'critical');
INSERT INTO word VALUES('status',3,'unknown');
INSERT INTO word VALUES('verdict',0,'proven');
INSERT INTO word VALUES('verdict',1,'silent');
INSERT INTO word VALUES('verdict',2,'miskeyed');
INSERT INTO word VALUES('verdict',3,'uncovered');
INSERT INTO word VALUES('verdict',4,'untested');
INSERT INTO word VALUES('verdict',5,'stale');
INSERT INTO word VALUES('verdict',6,'blind');
INSERT INTO word VALUES('verdict',7,'inapplicable');
CREATE TABLE serial_run (
	host_id INTEGER NOT NULL REFERENCES machine,
	last_serial INTEGER NOT NULL CHECK (last_serial <= 4294967295),
	first_serial INTEGER NOT NULL CHECK (first_serial BETWEEN 1 AND last_serial),
	from_ms INTEGER NOT NULL,	-- the oldest time in it
	to_ms INTEGER NOT NULL CHECK (to_ms >= from_ms),	-- when the log had the latest
	missing INTEGER NOT NULL DEFAULT 0 CHECK (missing >= 0),	-- serials in it that were not
					-- seen: of a host with very many gaps the oldest are lumped
	skipped INTEGER NOT NULL DEFAULT 0 CHECK (skipped >= 0),	-- serials not seen before it
	skipped_ms INTEGER,		-- to_ms of the run before that gap; of the boot before if
					-- skipped is 0; NULL: there is none
	PRIMARY KEY (host_id, last_serial, first_serial, from_ms)
) STRICT, WITHOUT ROWID;
INSERT INTO serial_run VALUES(1,103,101,1795456283100,1795456300000,0,0,NULL);
INSERT INTO serial_run VALUES(1,112,110,1795456310100,1795456330000,0,6,1795456300000);
CREATE TABLE horizon (
	one INTEGER PRIMARY KEY CHECK (one = 1),	-- there is one horizon
	before_ms INTEGER NOT NULL	-- milliseconds since 1970: nothing older is added
) STRICT;
INSERT INTO horizon VALUES(1,1795456290000);
CREATE INDEX event_time ON event (time_ms);
CREATE INDEX event_call ON event (host_id, pid, time_ms, serial) WHERE kind = 1;
CREATE INDEX event_exec ON event (host_id, pid, time_ms, serial) WHERE kind = 2;
CREATE INDEX event_daemon ON event (host_id, time_ms) WHERE kind = 4;
CREATE INDEX link_run ON link (run_id) WHERE run_id IS NOT NULL;
CREATE INDEX marker_run ON marker (host_id, run);
CREATE INDEX marker_time ON marker (host_id, time_ms);
CREATE INDEX marker_probe ON marker (host_id, pid, time_ms) WHERE word = 4;
CREATE INDEX judgement_begun ON judgement (host_id, begun_ms);
CREATE INDEX cell_verdict ON cell (verdict, checked_ms);
CREATE INDEX cell_event ON cell (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX cell_change_since ON cell_change (host_id, since_ms);
CREATE INDEX cell_change_event ON cell_change (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX event_config ON event (host_id, time_ms) WHERE kind = 3;
CREATE INDEX serial_run_skipped ON serial_run (host_id, skipped_ms) WHERE skipped > 0;
CREATE INDEX serial_run_boot ON serial_run (host_id, skipped_ms)
	WHERE skipped = 0 AND skipped_ms IS NOT NULL;
CREATE INDEX serial_run_missing ON serial_run (host_id, from_ms) WHERE missing > 0;
CREATE INDEX marker_lost ON marker (host_id, time_ms) WHERE lost IS NOT NULL;
CREATE INDEX marker_lost_some ON marker (host_id, time_ms) WHERE lost > 0;
CREATE INDEX event_lost_reset ON event (host_id, time_ms)
	WHERE kind = 3 AND op = 'set' AND detail GLOB 'op=set lost=0 old=[1-9]*';
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
CREATE VIEW boot_loss AS
SELECT host_id, skipped_ms AS time_ms, from_ms AS until_ms, first_serial - 1 AS count
FROM serial_run AS r
WHERE skipped = 0 AND skipped_ms IS NOT NULL AND first_serial > 16
	AND NOT EXISTS (SELECT 1 FROM event AS e
		WHERE e.host_id = r.host_id AND e.kind = 4 AND e.op IN ('start', 'initialized')
			AND e.time_ms > r.skipped_ms AND e.time_ms <= r.from_ms + 600000);
CREATE VIEW command_line AS
SELECT id AS event_id, (
	WITH RECURSIVE argument (line, word, rest) AS (
		SELECT NULL, NULL, argv
		UNION ALL
		SELECT
			CASE WHEN word IS NULL THEN line
				WHEN word = '' OR word GLOB '*[^-A-Za-z0-9_./:=,+@%^]*'
				THEN coalesce(line || ' ', '') || '''' || replace(word, '''', '''\''''') || ''''
				ELSE coalesce(line || ' ', '') || word END,
			CASE WHEN length(rest) > 0 THEN CAST(substr(rest, 1,
				coalesce(nullif(instr(rest, x'00'), 0) - 1, length(rest))) AS TEXT) END,
			substr(rest, coalesce(nullif(instr(rest, x'00'), 0), length(rest)) + 1)
		FROM argument
		WHERE word IS NOT NULL OR length(rest) > 0
	)
	SELECT line FROM argument WHERE word IS NULL AND coalesce(length(rest), 0) = 0
) AS command
FROM event
WHERE argv IS NOT NULL;
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
CREATE VIEW daemon_loss AS
SELECT
	host_id,
	CASE WHEN ended IS NULL
		THEN max((SELECT max(time_ms) FROM event AS b
				WHERE b.host_id = s.host_id AND b.time_ms < s.time_ms),
			coalesce((SELECT max(to_ms) FROM serial_run AS r
				WHERE r.host_id = s.host_id AND r.to_ms < s.time_ms), 0))
		ELSE ended_ms END AS time_ms,
	time_ms AS until_ms,
	CASE ended WHEN 0 THEN 'auditd was stopped' WHEN 1 THEN 'auditd broke off'
		ELSE 'auditd was killed' END AS what,
	'process ' || pid || ' began' AS place
FROM (
	SELECT e.host_id AS host_id, +e.time_ms AS time_ms, e.pid AS pid,
		p.time_ms AS ended_ms,
		CASE p.op WHEN 'start' THEN NULL WHEN 'terminate' THEN 0 ELSE 1 END AS ended
	FROM event AS e
	JOIN event AS p ON p.id = (
		SELECT b.id FROM event AS b
		WHERE b.host_id = e.host_id AND b.kind = 4 AND b.daemon AND b.time_ms < e.time_ms
			AND (b.op IN ('start', 'terminate')
				OR EXISTS (SELECT 1 FROM record WHERE event_id = b.id
					AND instr(raw, CAST('type=DAEMON_ABORT ' AS BLOB))))
		ORDER BY b.time_ms DESC
		LIMIT 1)
	WHERE e.kind = 4 AND e.daemon AND e.op = 'start'
) AS s;
CREATE VIEW host_loss AS
SELECT host_id, kind, count, time_ms, coalesce(until_ms, time_ms) AS until_ms, what, place
FROM known_loss
WHERE count > 0
UNION ALL
SELECT host_id, 3, skipped, skipped_ms, max(from_ms, skipped_ms), 'serials not seen',
	'serial ' || (first_serial - skipped)
		|| CASE WHEN skipped > 1 THEN ' to ' || (first_serial - 1) ELSE '' END
FROM serial_run
WHERE skipped > 0
UNION ALL
SELECT host_id, 3, missing, from_ms, to_ms, 'serials not seen, in many gaps',
	'serial ' || first_serial || ' to ' || last_serial
FROM serial_run
WHERE missing > 0
UNION ALL
SELECT host_id, 3, count, time_ms, until_ms, 'beginning of a boot not seen',
	'serial 1 to ' || count || ' at most'
FROM boot_loss
UNION ALL
SELECT host_id, 4, count, time_ms, until_ms, 'records refused by the kernel', place
FROM kernel_loss
UNION ALL
SELECT host_id, 5, 1, time_ms, until_ms, what, place
FROM daemon_loss;
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
		(SELECT count(*) FROM host_loss WHERE host_id = m.id) AS losses,
		(SELECT max(begun_ms) FROM judgement WHERE host_id = m.id) AS last_selftest_ms,
		-- silent, miskeyed, blind; uncovered, untested, stale
		(SELECT count(*) FROM cell WHERE host_id = m.id AND verdict IN (1, 2, 6)) AS failing,
		(SELECT count(*) FROM cell WHERE host_id = m.id AND verdict IN (3, 4, 5)) AS gaps
	FROM machine AS m
)
;
CREATE VIEW kernel_loss AS
SELECT
	host_id, coalesce(known_ms, time_ms) AS time_ms, time_ms AS until_ms,
	CASE WHEN was > coalesce(known, 0) THEN was - coalesce(known, 0) ELSE was END AS count,
	CASE WHEN known IS NULL THEN 'before its counter was first read, at ' || was
		ELSE 'its counter went from ' || known || ' to ' || was END AS place
FROM (
	SELECT r.host_id AS host_id, r.time_ms AS time_ms, r.was AS was,
		CASE WHEN z.time_ms >= coalesce(k.time_ms, z.time_ms) THEN 0 ELSE k.lost END AS known,
		max(coalesce(k.time_ms, z.time_ms), coalesce(z.time_ms, k.time_ms)) AS known_ms
	FROM lost_reading AS r
	LEFT JOIN marker AS k ON k.event_id = (SELECT event_id FROM marker
		WHERE host_id = r.host_id AND lost IS NOT NULL AND time_ms < r.time_ms
		ORDER BY time_ms DESC LIMIT 1)
	LEFT JOIN event AS z ON z.id = (SELECT id FROM event
		WHERE host_id = r.host_id AND kind = 3 AND op = 'set'
			AND detail GLOB 'op=set lost=0 old=[1-9]*' AND time_ms < r.time_ms
		ORDER BY time_ms DESC LIMIT 1)
)
WHERE was IS NOT known;
CREATE VIEW loss AS
SELECT
	m.name AS host,
	strftime('%Y-%m-%dT%H:%M:%fZ', l.time_ms / 1000.0, 'unixepoch') AS time,
	l.time_ms AS time_ms,
	(SELECT word FROM word WHERE kind = 'loss' AND number = l.kind) AS kind,
	l.count AS count,
	l.what || ' (' || l.place || ')' AS detail,
	l.what AS what,
	l.place AS place,
	strftime('%Y-%m-%dT%H:%M:%fZ', l.until_ms / 1000.0, 'unixepoch') AS until,
	l.until_ms AS until_ms
FROM host_loss AS l
JOIN machine AS m ON m.id = l.host_id;
CREATE VIEW lost_reading AS
SELECT host_id, time_ms, lost AS was FROM marker WHERE lost > 0
UNION ALL
SELECT host_id, +time_ms, CAST(substr(detail, length('op=set lost=0 old=') + 1) AS INTEGER)
FROM event
WHERE kind = 3 AND op = 'set' AND detail GLOB 'op=set lost=0 old=[1-9]*';
CREATE VIEW rule_change AS
SELECT
	e.id AS id,
	strftime('%Y-%m-%dT%H:%M:%fZ', e.time_ms / 1000.0, 'unixepoch') AS time,
	e.time_ms AS time_ms,
	m.name AS host,
	e.op AS op,
	replace(e.keys, char(1), ',') AS keys,
	CASE e.list WHEN 0 THEN 'user' WHEN 1 THEN 'task' WHEN 4 THEN 'exit' WHEN 5 THEN 'exclude'
		WHEN 6 THEN 'filesystem' WHEN 7 THEN 'io_uring' ELSE e.list || '' END AS list,
	CASE e.result WHEN 1 THEN 'done' WHEN 0 THEN 'refused' ELSE e.result || '' END AS result,
	e.auid AS auid,
	coalesce(e.login, CASE e.auid WHEN 4294967295 THEN 'unset' ELSE e.auid || '' END) AS login,
	e.pid AS pid,
	e.comm AS comm,
	e.exe AS exe,
	e.detail AS detail,
	e.serial AS serial,
	e.records AS records
FROM event AS e
JOIN machine AS m ON m.id = e.host_id
WHERE e.kind = 3;
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
CREATE VIEW serial_boot AS
WITH ordered AS (
	SELECT *, lag(last_serial) OVER o AS before, lag(to_ms) OVER o AS before_ms
	FROM serial_run
	WINDOW o AS (PARTITION BY host_id ORDER BY to_ms, last_serial)
), booted AS (
	SELECT *, sum(begins) OVER (PARTITION BY host_id ORDER BY to_ms, last_serial
		ROWS UNBOUNDED PRECEDING) AS boot
	FROM (
		SELECT *, coalesce((first_serial <= before AND to_ms > before_ms + 1000)
			OR from_ms > before_ms + 400 * 86400000, 0) AS begins
		FROM ordered
	)
)
SELECT
	host_id, boot, first_serial, last_serial, from_ms, to_ms, missing, skipped, skipped_ms,
	max(last_serial) OVER b AS known_serial,	-- before it, in this boot; NULL: it is the first
	max(to_ms) OVER b AS known_ms,
	CASE WHEN begins THEN before_ms END AS boot_before_ms
FROM booted
WINDOW b AS (PARTITION BY host_id, boot ORDER BY first_serial, last_serial
	ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
;
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
COMMIT;
PRAGMA application_id = 0x6d6f6474;
PRAGMA user_version = 4;
PRAGMA journal_mode = WAL;
