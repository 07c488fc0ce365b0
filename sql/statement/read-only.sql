-- For a connection that only reads, beside the flag it is opened with. The
-- trail may come from elsewhere: its views run nothing but plain functions, its
-- pages are looked at before they are believed, and read instead of mapped.
PRAGMA query_only = ON;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA cache_size = -8000;
