DELETE FROM known_loss
WHERE host_id = :host_id AND head = :head AND kind = :kind AND what = :what;
