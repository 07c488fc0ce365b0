-- What no record tells is taken as it stands: names that were given to hosts when
-- their logs were read, positions, what could not be read, which serials were seen,
-- and what people said or a host noted of itself.
INSERT INTO main.machine SELECT * FROM stored.machine;
INSERT INTO main.source SELECT * FROM stored.source;
INSERT INTO main.known_loss SELECT * FROM stored.known_loss;
INSERT INTO main.serial_run SELECT * FROM stored.serial_run;
INSERT INTO main.claim SELECT * FROM stored.claim;
INSERT INTO main.note SELECT * FROM stored.note;
INSERT INTO main.note_marker SELECT * FROM stored.note_marker;
