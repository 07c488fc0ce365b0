-- Which self-tests stay, each with what was recorded from from_ms to to_ms. Only this
-- connection sees the table; one that only reads, for a dry run, needs it as well.
PRAGMA query_only = OFF;
CREATE TEMP TABLE IF NOT EXISTS kept_run (
	host_id INTEGER NOT NULL,
	run TEXT NOT NULL,
	from_ms INTEGER NOT NULL,
	to_ms INTEGER NOT NULL,
	PRIMARY KEY (host_id, run)
) STRICT, WITHOUT ROWID;
DELETE FROM kept_run;
