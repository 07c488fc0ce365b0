-- A self-test whose events are about to go is not to be judged from a part of them.
DELETE FROM marker WHERE host_id = :host_id AND run = :run;
