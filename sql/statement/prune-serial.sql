-- The runs of serials that prune-serials.sql counts.
DELETE FROM serial_run
WHERE host_id = :host_id AND to_ms < (
	SELECT max(to_ms) FROM serial_run
	WHERE host_id = :host_id AND to_ms < (
		SELECT min(:before_ms, coalesce(min(from_ms), :before_ms)) FROM kept_run
		WHERE host_id = :host_id));
