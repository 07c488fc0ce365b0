INSERT INTO source (host_id, head, path, offset, tail, size, lines, updated_ms)
VALUES (:host_id, :head, :path, :offset, :tail, :size, :lines, :updated_ms)
ON CONFLICT (host_id, head) DO UPDATE SET
	path = excluded.path, offset = excluded.offset, tail = excluded.tail,
	size = excluded.size, lines = excluded.lines, updated_ms = excluded.updated_ms;
