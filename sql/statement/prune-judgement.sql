DELETE FROM judgement WHERE host_id = :host_id AND run = :run;
