-- For an empty file, before its first migration. With pages of 8 KiB the
-- records of an event (about 1 kB) leave little of a page unused.
PRAGMA page_size = 8192;
PRAGMA journal_mode = WAL;
