-- What is known to be missing while a run was under way. What a parser dropped
-- has the time when that was noticed, and does not count.
SELECT what || ' (' || place || ')' AS what FROM known_loss
WHERE host_id = :host_id AND kind IN (2, 3, 4, 5) AND count > 0
	AND time_ms BETWEEN :begun_ms AND :ended_ms
UNION ALL
SELECT 'auditd: ' || op FROM event
WHERE host_id = :host_id AND kind = 4 AND time_ms BETWEEN :begun_ms AND :ended_ms
	AND op IN ('start', 'terminate')
LIMIT 1;
