-- Self-tests that do not count (marker_trust), by the first marker of each. What others add to one
-- that counts makes none. 3: foreign
DROP VIEW IF EXISTS refused_run;
CREATE VIEW refused_run AS
SELECT
	m.event_id AS event_id,
	m.host_id AS host_id,
	m.run AS run,
	m.time_ms AS begun_ms,
	CASE m.signature WHEN 1 THEN 3 ELSE m.signature END AS signature,
	m.key AS key
FROM marker AS m
WHERE m.word = 1 AND m.accepted = 0 AND m.signature IS NOT NULL
	AND NOT EXISTS (SELECT 1 FROM marker AS k
		WHERE k.host_id = m.host_id AND k.run = m.run AND (k.accepted OR (k.word = 1
			AND k.signature IS NOT NULL AND (k.time_ms, k.event_id) < (m.time_ms, m.event_id))));
