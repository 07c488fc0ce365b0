-- 0003_loss.sql - serials that were seen, and what is missing by them, by auditd and by the kernel
--
-- serial_run holds what src/parse/serials.h calls runs, joined as far as they can be.
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

INSERT INTO word (kind, number, word) VALUES
	('loss', 1, 'parser drop'), ('loss', 2, 'rotation gap'), ('loss', 3, 'serial gap'),
	('loss', 4, 'kernel lost counter'), ('loss', 5, 'daemon restart');

PRAGMA user_version = 3;
