-- 0017_whole.sql - which self-tests arrived as a whole
--
-- All hosts are judged anew.

ALTER TABLE judgement ADD COLUMN acts INTEGER NOT NULL DEFAULT 0;	-- that the end says were done
ALTER TABLE judgement ADD COLUMN acts_missing INTEGER NOT NULL DEFAULT 0;	-- of these, without both markers
ALTER TABLE judgement ADD COLUMN claims INTEGER NOT NULL DEFAULT 0;	-- that the begin says were written
ALTER TABLE judgement ADD COLUMN claims_missing INTEGER NOT NULL DEFAULT 0;	-- of these
ALTER TABLE judgement ADD COLUMN whole INTEGER NOT NULL DEFAULT 0;	-- 1: it has an end, and nothing is missing

INSERT INTO news (host_id, from_ms) SELECT DISTINCT host_id, -9223372036854775808 FROM judgement WHERE true
ON CONFLICT DO UPDATE SET from_ms = excluded.from_ms;

PRAGMA user_version = 17;
