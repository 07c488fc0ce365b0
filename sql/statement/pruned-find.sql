SELECT EXISTS (SELECT 1 FROM pruned WHERE host_id = :host_id AND mark = :mark);
