-- A loss that is noticed again keeps its first time, so that reading twice
-- changes nothing.
INSERT INTO known_loss (host_id, kind, place, what, time_ms, count)
VALUES (:host_id, :kind, :place, :what, :time_ms, :count)
ON CONFLICT (host_id, kind, place) DO UPDATE SET what = excluded.what, count = excluded.count
WHERE (what, count) IS NOT (excluded.what, excluded.count);
