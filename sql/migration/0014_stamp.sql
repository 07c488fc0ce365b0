-- 0014_stamp.sql - which trail this is, and how many transactions it has had
--
-- Each transaction writes the row anew (sql/statement/stamp.sql), so that each
-- WAL tells whose it is, and from which state on: src/trail/wal.c looks for the
-- text in both files. It is made by the first transaction, as a trail's name is random.

CREATE TABLE stamp (
	only INTEGER PRIMARY KEY CHECK (only = 1),
	text TEXT NOT NULL CHECK (length(text) = 64)	-- "modtrail-trail ", 32 hex digits, a blank, 16 digits
) STRICT;

PRAGMA user_version = 14;
