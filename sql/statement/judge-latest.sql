UPDATE judgement SET latest = run = :run WHERE host_id = :host_id AND latest <> (run = :run);
