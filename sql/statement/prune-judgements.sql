-- All that go but the newest: from there on changes are looked for.
SELECT run FROM judgement
WHERE host_id = :host_id AND begun_ms < :before_ms
	AND run NOT IN (SELECT run FROM kept_run WHERE host_id = :host_id)
ORDER BY begun_ms DESC, run DESC
LIMIT -1 OFFSET 1;
