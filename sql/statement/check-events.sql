-- In the order in which they came.
--
-- twin  nobody knows which of several events with one id came first, but their numbers
--       are those from 0 on, unless some were pruned, or an older modtrail gave them
-- old   it may be from before some columns (0015_prune_ids.sql), and has NULL in them
SELECT e.id, m.name, r.raw, r.loose, r.interrupted IS NOT NULL AS interrupted, e.login,
	CASE WHEN e.twin = 0 OR e.time_ms < (SELECT before_ms FROM stored.horizon)
			OR e.id <= (SELECT last_id FROM stored.older) THEN e.twin
		ELSE (SELECT count(*) FROM stored.event
			WHERE host_id = e.host_id AND time_ms = e.time_ms AND serial = e.serial
				AND daemon = e.daemon AND twin < e.twin) END AS twin,
	coalesce(e.id <= (SELECT last_id FROM stored.older), 0)
		AND e.arch IS NULL AND e.syscall IS NULL AND e.path IS NULL AS old
FROM stored.event AS e
JOIN stored.machine AS m ON m.id = e.host_id
JOIN stored.record AS r ON r.event_id = e.id
ORDER BY e.id;
