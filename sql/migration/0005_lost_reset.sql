-- 0005_lost_reset.sql - an index whose condition calls no function
--
-- A function may fail: for the sake of it SQLite put every page aside that a
-- statement was to change that adds several events. The range is what the
-- pattern 'op=set lost=0 old=[1-9]*' was: ':' follows '9'.

DROP INDEX event_lost_reset;

CREATE INDEX event_lost_reset ON event (host_id, time_ms)
	WHERE kind = 3 AND op = 'set'
		AND detail >= 'op=set lost=0 old=1' AND detail < 'op=set lost=0 old=:';

PRAGMA user_version = 5;
