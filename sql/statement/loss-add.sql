-- A loss that goes on keeps its first time and place.
INSERT INTO known_loss (host_id, head, kind, what, place, time_ms, until_ms, count)
VALUES (:host_id, :head, :kind, :what, :place, :time_ms, :until_ms, :count)
ON CONFLICT (host_id, head, kind, what) DO UPDATE SET
	count = count + excluded.count,
	until_ms = max(coalesce(until_ms, excluded.until_ms), coalesce(excluded.until_ms, until_ms)),
	place = CASE WHEN count = 0 THEN excluded.place ELSE place END;
