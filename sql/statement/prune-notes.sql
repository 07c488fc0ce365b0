SELECT run FROM note
WHERE host_id = :host_id AND begun_ms < :before_ms
	AND run NOT IN (SELECT run FROM kept_run WHERE host_id = :host_id);
