-- 0009_acts.sql - what each marker promises, so that nothing else is taken for an act of a self-test
--
-- The runner fills the table anew from events.

DROP TABLE marker;
CREATE TABLE marker (
	event_id INTEGER PRIMARY KEY REFERENCES event ON DELETE CASCADE,
	host_id INTEGER NOT NULL REFERENCES machine,
	time_ms INTEGER NOT NULL,
	serial INTEGER NOT NULL,	-- of the event
	writer INTEGER,			-- the process that wrote it, as root; NULL: anybody may have written it
	word INTEGER NOT NULL CHECK (word BETWEEN 1 AND 6),	-- enum run_word: begin, claim, caveat,
					-- probe, acted, end
	run TEXT NOT NULL,		-- the run's id, 16 hex digits
	lost INTEGER CHECK (lost >= 0),	-- begin, end: the kernel's lost counter; NULL: the marker does not say
	module TEXT,			-- begin: that is loaded for real; NULL: none
	number INTEGER,			-- probe, acted: which probe
	pid INTEGER,			-- probe, acted: the process that acts
	actor INTEGER,			-- probe: as whom, enum actor
	tool TEXT,			-- probe: which tool is run; NULL: none
	call INTEGER,			-- probe: which call is made, enum module_call; NULL: none
	abi INTEGER,			-- probe: and by which table, enum abi
	nonce INTEGER			-- probe: what a call that cannot succeed asks for; NULL: it is the tool's
) STRICT;

CREATE INDEX marker_run ON marker (host_id, run, writer, word, serial);
CREATE INDEX marker_begin ON marker (host_id, run) WHERE word = 1 AND writer IS NOT NULL;
CREATE INDEX marker_step ON marker (host_id, run, writer, serial)
	WHERE word >= 4 AND writer IS NOT NULL;
CREATE INDEX marker_number ON marker (host_id, run, number, serial)
	WHERE word = 4 AND writer IS NOT NULL;
CREATE INDEX marker_time ON marker (host_id, time_ms);
CREATE INDEX marker_probe ON marker (host_id, pid, writer, time_ms, serial)
	WHERE word = 4 AND writer IS NOT NULL;
CREATE INDEX marker_lost ON marker (host_id, time_ms) WHERE lost IS NOT NULL;
CREATE INDEX marker_lost_some ON marker (host_id, time_ms) WHERE lost > 0;

PRAGMA user_version = 9;
