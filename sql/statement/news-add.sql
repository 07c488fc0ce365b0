-- Something happened between two times. Where no self-test ran it is no news; its markers
-- bring it in when they come.
INSERT INTO news (host_id, from_ms)
SELECT :host_id, :from_ms
WHERE :always OR EXISTS (SELECT 1 FROM marker
	WHERE host_id = :host_id AND time_ms BETWEEN :from_ms - 3600000 AND :to_ms + 1000)
ON CONFLICT (host_id) DO UPDATE SET from_ms = excluded.from_ms
WHERE excluded.from_ms < from_ms;
