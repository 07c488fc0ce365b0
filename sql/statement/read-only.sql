-- For a connection that only reads, beside the flag it is opened with. The
-- trail may come from elsewhere: its views run nothing but plain functions.
PRAGMA query_only = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cache_size = -8000;
