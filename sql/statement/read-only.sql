-- For a connection that only reads, beside the flag it is opened with.
PRAGMA query_only = ON;
