-- 0003_loss.sql - serials that were seen, and what is missing by them, by auditd and by the kernel
--
-- serial_run holds what src/serials.h calls runs, joined as far as they can be.
-- A host of no losses has one for each boot. What is between two of a boot is a
-- gap; skipped and skipped_ms are derived from all runs of the host whenever
-- they change in more than the length of the newest.

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

CREATE INDEX serial_run_skipped ON serial_run (host_id, skipped_ms) WHERE skipped > 0;
CREATE INDEX serial_run_boot ON serial_run (host_id, skipped_ms)
	WHERE skipped = 0 AND skipped_ms IS NOT NULL;
CREATE INDEX serial_run_missing ON serial_run (host_id, from_ms) WHERE missing > 0;

-- Which runs belong to one boot. In the order of time a boot begins where serials
-- go back: by more than a moment, as processors write in each other's way; and
-- nobody is silent for more than 400 days.
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
	ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING);

ALTER TABLE known_loss ADD COLUMN until_ms INTEGER;	-- when it was over; NULL: not known

-- What the kernel's counter of lost records stood at, as the markers that begin
-- and end a self-test have it, where they are root's. The runner fills the table
-- anew from events.
DELETE FROM marker;
ALTER TABLE marker ADD COLUMN lost INTEGER CHECK (lost >= 0);	-- NULL: the marker does not say

CREATE INDEX marker_lost ON marker (host_id, time_ms) WHERE lost IS NOT NULL;
CREATE INDEX marker_lost_some ON marker (host_id, time_ms) WHERE lost > 0;
CREATE INDEX event_lost_reset ON event (host_id, time_ms)
	WHERE kind = 3 AND op = 'set' AND detail GLOB 'op=set lost=0 old=[1-9]*';

-- Readings of that counter above 0, and where somebody set it back to 0.
CREATE VIEW lost_reading AS
SELECT host_id, time_ms, lost AS was FROM marker WHERE lost > 0
UNION ALL
SELECT host_id, +time_ms, CAST(substr(detail, length('op=set lost=0 old=') + 1) AS INTEGER)
FROM event
WHERE kind = 3 AND op = 'set' AND detail GLOB 'op=set lost=0 old=[1-9]*';

-- Where it went up, or began anew and is above 0.
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

-- Spans in which auditd was not there: from its end to its next start; from the
-- last that is known before that start if it has no end. (+: there are few such
-- events, and many of a time.)
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

-- Boots whose beginning was not read, nor that of an auditd, while something was
-- read of the boot before: what lay between has gone. An auditd that begins
-- with the host has its start right there, and the kernel's first few events come
-- before any auditd.
CREATE VIEW boot_loss AS
SELECT host_id, skipped_ms AS time_ms, from_ms AS until_ms, first_serial - 1 AS count
FROM serial_run AS r
WHERE skipped = 0 AND skipped_ms IS NOT NULL AND first_serial > 16
	AND NOT EXISTS (SELECT 1 FROM event AS e
		WHERE e.host_id = r.host_id AND e.kind = 4 AND e.op IN ('start', 'initialized')
			AND e.time_ms > r.skipped_ms AND e.time_ms <= r.from_ms + 600000);

-- Everything that is known to be missing.
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

INSERT INTO word (kind, number, word) VALUES
	('loss', 1, 'parser drop'), ('loss', 2, 'rotation gap'), ('loss', 3, 'serial gap'),
	('loss', 4, 'kernel lost counter'), ('loss', 5, 'daemon restart');

DROP VIEW loss;
DROP VIEW host;

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
);
