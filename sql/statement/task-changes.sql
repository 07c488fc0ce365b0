-- Rules of the task list that came and went. 3: EVENT_CONFIG; list 1: task
SELECT op = 'add_rule' AS added, time_ms FROM event
WHERE host_id = (SELECT id FROM machine WHERE name = :host) AND kind = 3 AND list = 1
	AND result = 1 AND op IN ('add_rule', 'remove_rule') AND time_ms >= :from_ms
ORDER BY time_ms, serial;
