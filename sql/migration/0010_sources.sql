-- 0010_sources.sql - each cell has its verdict from the last run that exercised it
--
-- All hosts are judged anew.

ALTER TABLE judgement ADD COLUMN serial INTEGER NOT NULL DEFAULT 0;	-- of its first marker
ALTER TABLE judgement ADD COLUMN cells INTEGER NOT NULL DEFAULT 0;	-- a bit for each cell that it
				-- has something to say about: 3 * mechanism + actor
ALTER TABLE judgement ADD COLUMN latest INTEGER NOT NULL DEFAULT 0;	-- 1: of the host's, in the order
				-- of the log
CREATE INDEX judgement_latest ON judgement (host_id) WHERE latest;
ALTER TABLE cell ADD COLUMN run TEXT;	-- that the verdict is from; NULL: of none

INSERT INTO news (host_id, from_ms) SELECT DISTINCT host_id, -9223372036854775808 FROM cell WHERE true
ON CONFLICT DO UPDATE SET from_ms = excluded.from_ms;

PRAGMA user_version = 10;
