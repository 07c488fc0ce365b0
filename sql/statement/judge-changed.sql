-- Did rules come or go, or was audit switched, while a run was under way?
SELECT 1 FROM event
WHERE host_id = :host_id AND kind = 3 AND time_ms BETWEEN :begun_ms AND :ended_ms AND result = 1
	AND op IN ('add_rule', 'remove_rule', 'set')
LIMIT 1;
