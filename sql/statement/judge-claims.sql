SELECT mechanism, actor, rule, file, line, asks, program FROM claim WHERE host_id = :host_id;
