-- The last rule of the exit list that was added or removed; does it have a wanted key?
SELECT id, op, keys FROM event
WHERE host_id = :host_id AND kind = 3 AND list = 4 AND result = 1
	AND op IN ('add_rule', 'remove_rule') AND keys IS NOT NULL
	AND instr(char(1) || keys || char(1), char(1) || :key || char(1))
ORDER BY time_ms DESC, serial DESC
LIMIT 1;
