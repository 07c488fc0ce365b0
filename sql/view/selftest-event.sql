-- The run that a call or a tool run is an act of. A run has done what it announced,
-- and nothing else: its marker names the process, a child of the run's own, and
-- what that was about to do as whom; each number is announced once; the act comes
-- right behind, before the run has another word, in ten seconds (a child that takes longer is
-- ended; one more for a busy machine), and once. A call that cannot succeed has failed. A
-- tool's call may be one of two for one that falls back, until the first that
-- succeeds, and only with the module that the run began with.
-- (+ keeps SQLite from the index over time: a run has few markers, and a host many.)
DROP VIEW IF EXISTS selftest_event;
CREATE VIEW selftest_event AS
SELECT e.id AS event_id, p.run AS run
FROM event AS e
JOIN marker AS p ON p.event_id = (
	SELECT event_id FROM marker
	WHERE word = 4 AND accepted AND writer = e.ppid AND host_id = e.host_id AND pid = e.pid
		AND time_ms BETWEEN e.time_ms - 11000 AND e.time_ms AND serial < e.serial
	ORDER BY time_ms DESC, serial DESC
	LIMIT 1)
JOIN believed_run AS r ON r.host_id = p.host_id AND r.run = p.run AND r.writer = p.writer
	AND p.serial > r.begun_serial AND p.serial < coalesce(r.ended_serial, p.serial + 1)
	AND p.time_ms BETWEEN r.begun_ms - 3600000 AND r.begun_ms + 3600000
WHERE e.kind IN (1, 2)
	AND p.actor = CASE e.auid WHEN 4294967295 THEN 0 WHEN 0 THEN 1 ELSE 2 END
	AND CASE
		WHEN e.kind = 2 THEN e.tool = p.tool
		WHEN p.nonce IS NOT NULL THEN p.tool IS NULL AND e.call = p.call AND e.abi = p.abi
			AND e.success = 0
			AND CASE e.call
				WHEN 3 THEN e.module IS NULL OR instr(e.module, printf('%x', p.nonce))
				ELSE CASE e.call WHEN 2 THEN e.a1 ELSE e.a2 END
					= CASE e.abi WHEN 2 THEN p.nonce & 0xffffffff ELSE p.nonce END END
		ELSE p.tool IS NOT NULL AND (e.call = 3) = (p.call = 3) AND e.abi = p.abi
			AND (e.success = 0
				OR (r.module IS NOT NULL AND coalesce(e.module, r.module) = r.module)) END
	AND CASE e.kind WHEN 1 THEN NOT EXISTS (SELECT 1 FROM event AS o
			WHERE o.host_id = e.host_id AND o.kind = 1 AND o.pid = e.pid
				AND o.time_ms BETWEEN p.time_ms AND e.time_ms
				AND o.serial > p.serial AND o.serial < e.serial
				AND (p.nonce IS NOT NULL OR o.call = e.call OR o.success))
		ELSE NOT EXISTS (SELECT 1 FROM event AS o
			WHERE o.host_id = e.host_id AND o.kind = 2 AND o.pid = e.pid
				AND o.time_ms BETWEEN p.time_ms AND e.time_ms
				AND o.serial > p.serial AND o.serial < e.serial) END
	AND coalesce((SELECT o.serial > e.serial AND o.time_ms >= e.time_ms FROM marker AS o
		WHERE o.host_id = p.host_id AND o.run = p.run AND o.writer = p.writer
			AND o.word >= 4 AND o.accepted AND o.serial > p.serial
		ORDER BY o.serial
		LIMIT 1), 1)
	AND NOT EXISTS (SELECT 1 FROM marker AS o
		WHERE o.host_id = p.host_id AND o.run = p.run AND o.word = 4 AND o.accepted
			AND o.number = p.number AND o.serial < p.serial AND o.writer = p.writer
			AND o.serial > r.begun_serial
			AND o.time_ms BETWEEN r.begun_ms - 3600000 AND r.begun_ms + 3600000);
