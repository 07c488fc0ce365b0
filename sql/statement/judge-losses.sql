-- What is known to be missing while a run was under way. What a parser dropped
-- has the time when that was noticed, and does not count; what the kernel's counter
-- says, the run's own markers tell.
SELECT what, place FROM log_loss
WHERE host_id = :host_id AND kind IN (2, 3, 5)
	AND until_ms > :begun_ms AND time_ms < :ended_ms
UNION ALL
SELECT op, NULL FROM event
WHERE host_id = :host_id AND kind = 4 AND time_ms BETWEEN :begun_ms AND :ended_ms
	AND op IN ('start', 'terminate')
LIMIT 1;
