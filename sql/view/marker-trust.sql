-- Does a marker count? A signed one does while its key is that of the host. An unsigned
-- one does until the host is known to sign.
DROP VIEW IF EXISTS marker_trust;
CREATE VIEW marker_trust AS
SELECT
	m.event_id AS event_id,
	m.host_id AS host_id,
	CASE m.signature
		WHEN 1 THEN EXISTS (SELECT 1 FROM host_key AS k
			WHERE k.host_id = m.host_id AND k.key = m.key
				AND (k.until_ms IS NULL OR m.time_ms < k.until_ms))
		WHEN 0 THEN m.time_ms < coalesce((SELECT min(first_ms) FROM host_key AS k
			WHERE k.host_id = m.host_id), 9223372036854775807)
		ELSE 0 END AS accepted
FROM marker AS m;
