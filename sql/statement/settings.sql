-- For every connection. A commit survives a crash of the program at once, and
-- one of the machine up to the last checkpoint of the WAL. What room the WAL
-- takes while a log is read (src/trail/checkpoint.c) it may keep: writing over
-- it is faster than making it anew.
PRAGMA foreign_keys = ON;
PRAGMA synchronous = NORMAL;
PRAGMA trusted_schema = OFF;
PRAGMA journal_size_limit = 31457280;
PRAGMA cache_size = -2000;
