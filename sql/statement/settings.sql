-- For every connection. A commit survives a crash of the program at once, and
-- one of the machine up to the last checkpoint of the WAL.
PRAGMA foreign_keys = ON;
PRAGMA synchronous = NORMAL;
PRAGMA trusted_schema = OFF;
PRAGMA journal_size_limit = 16777216;
PRAGMA cache_size = -2000;
