-- 0011_keyed.sql - what an event under a wanted key is about
--
-- Events of before keep NULL here until one of their records is read anew.

ALTER TABLE event ADD COLUMN arch INTEGER;	-- of SYSCALL: AUDIT_ARCH_...
ALTER TABLE event ADD COLUMN syscall TEXT;	-- kind 6: its name, else its number
ALTER TABLE event ADD COLUMN path ANY		-- kind 6, and a tool run that was refused: names of
	CHECK (path >= '');	-- files from PATH, joined by ','

CREATE INDEX event_keyed ON event (time_ms) WHERE kind = 6;

PRAGMA user_version = 11;
