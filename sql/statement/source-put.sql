INSERT INTO source (host_id, head, path, offset, tail, size, updated_ms)
VALUES (:host_id, :head, :path, :offset, :tail, :size, :updated_ms)
ON CONFLICT (host_id, head) DO UPDATE SET
	path = excluded.path, offset = excluded.offset, tail = excluded.tail,
	size = excluded.size, updated_ms = excluded.updated_ms;
