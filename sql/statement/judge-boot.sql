-- Of two runs the one that began earlier by the clock, at :from_ms, has the higher serial. Was the
-- host booted between them, or its clock set back? booted: the lower serial was seen
-- before, too. stepped: what was seen around the one goes on with what was seen around the other.
SELECT EXISTS (SELECT 1 FROM serial_run
		WHERE host_id = :host_id AND last_serial >= :low AND first_serial <= :low
			AND from_ms <= :from_ms AND NOT :to_ms BETWEEN from_ms AND to_ms) AS booted,
	EXISTS (SELECT 1 FROM serial_run AS a
		JOIN serial_run AS b ON b.host_id = a.host_id AND b.first_serial = a.last_serial + 1
		WHERE a.host_id = :host_id AND :low BETWEEN a.first_serial AND a.last_serial
			AND :to_ms BETWEEN a.from_ms AND a.to_ms
			AND :high BETWEEN b.first_serial AND b.last_serial
			AND :from_ms BETWEEN b.from_ms AND b.to_ms) AS stepped;
