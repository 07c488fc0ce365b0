-- A loss that goes on keeps its first time and place.
INSERT INTO known_loss (host_id, head, kind, what, place, time_ms, count)
VALUES (:host_id, :head, :kind, :what, :place, :time_ms, :count)
ON CONFLICT (host_id, head, kind, what) DO UPDATE SET
	count = count + excluded.count,
	place = CASE WHEN count = 0 THEN excluded.place ELSE place END;
