-- For a trail that is thrown away, and the one beside it, which may come from
-- elsewhere: as read-only.sql. The room for both is what a check takes of memory.
PRAGMA main.page_size = 8192;
PRAGMA trusted_schema = OFF;
PRAGMA cell_size_check = ON;
PRAGMA mmap_size = 0;
PRAGMA main.journal_mode = MEMORY;
PRAGMA main.cache_size = -16000;
