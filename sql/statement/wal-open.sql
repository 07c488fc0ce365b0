-- Nothing is of interest but that the WAL is open then.
PRAGMA user_version;
