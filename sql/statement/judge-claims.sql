SELECT mechanism, actor, rule, place FROM claim WHERE host_id = :host_id;
