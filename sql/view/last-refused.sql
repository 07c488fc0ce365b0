-- The last self-test of each host that does not count. It is a reason to doubt what is known of the
-- host if it is later than the last that does.
DROP VIEW IF EXISTS last_refused;
CREATE VIEW last_refused AS
SELECT r.*
FROM machine AS m
JOIN refused_run AS r ON r.host_id = m.id AND r.event_id = (
	SELECT event_id FROM refused_run WHERE host_id = m.id ORDER BY begun_ms DESC LIMIT 1);
