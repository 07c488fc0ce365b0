SELECT (SELECT count(*) FROM stored.event), (SELECT count(*) FROM stored.machine),
	(SELECT count(*) FROM stored.news), (SELECT before_ms FROM stored.horizon);
