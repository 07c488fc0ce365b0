DELETE FROM note WHERE host_id = :host_id AND run = :run;
