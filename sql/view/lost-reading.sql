-- Readings of that counter above 0, and where somebody set it back to 0.
DROP VIEW IF EXISTS lost_reading;
CREATE VIEW lost_reading AS
SELECT host_id, time_ms, lost AS was FROM marker WHERE lost > 0 AND accepted
UNION ALL
SELECT host_id, +time_ms, CAST(substr(detail, length('op=set lost=0 old=') + 1) AS INTEGER)
FROM event
WHERE kind = 3 AND op = 'set'
	AND detail >= 'op=set lost=0 old=1' AND detail < 'op=set lost=0 old=:';
