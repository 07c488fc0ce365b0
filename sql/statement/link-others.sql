-- Does the trail hold calls or tool runs of a process, between two times, that
-- were there before this transaction? Their ids are below that of its first.
-- Calls only count if this transaction has tool runs for them.
SELECT EXISTS (SELECT 1 FROM event
	WHERE kind = 2 AND host_id = :host_id AND pid = :pid
		AND time_ms BETWEEN :from_ms AND :to_ms AND id < :first_id)
OR (:runs AND EXISTS (SELECT 1 FROM event
	WHERE kind = 1 AND host_id = :host_id AND pid = :pid
		AND time_ms BETWEEN :from_ms AND :to_ms AND id < :first_id));
