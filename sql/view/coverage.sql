DROP VIEW IF EXISTS coverage;
CREATE VIEW coverage AS
SELECT
	m.name AS host,
	(SELECT word FROM word WHERE kind = 'mechanism' AND number = c.mechanism) AS mechanism,
	(SELECT word FROM word WHERE kind = 'actor' AND number = c.actor) AS actor,
	c.claimed AS claimed,
	(SELECT word FROM word WHERE kind = 'source' AND number = c.claim_source) AS claim_source,
	c.probes > 0 AS exercised,
	c.probes > 0 AND c.seen = c.probes AS seen,
	(SELECT word FROM word WHERE kind = 'verdict' AND number = c.verdict) AS verdict,
	(SELECT word FROM word WHERE kind = 'stage' AND number = c.stage) AS stage,
	(SELECT word FROM word WHERE kind = 'reason' AND number = c.reason) AS reason,
	c.remedy AS remedy,
	c.event_id AS evidence,
	strftime('%Y-%m-%dT%H:%M:%fZ', c.checked_ms / 1000.0, 'unixepoch') AS checked,
	c.rule AS rule,
	c.place AS place,
	c.detail AS detail,
	(SELECT word FROM word WHERE kind = 'expect' AND number = c.expect) AS expected,
	c.probes AS probes,
	c.seen AS probes_seen,
	c.seen_keys AS seen_keys,
	(SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(since_ms) / 1000.0, 'unixepoch')
		FROM cell_change AS h
		WHERE h.host_id = c.host_id AND h.mechanism = c.mechanism AND h.actor = c.actor)
		AS since,
	c.checked_ms AS checked_ms,
	c.file AS file,
	c.line AS line,
	c.field AS field,
	c.value AS value,
	c.path AS path,
	c.other_rule AS other_rule,
	c.other_file AS other_file,
	c.other_line AS other_line,
	(SELECT word FROM word WHERE kind = 'fault' AND number = c.fault) AS fault,
	c.amount AS amount,
	c.run AS selftest
FROM cell AS c
JOIN machine AS m ON m.id = c.host_id;
