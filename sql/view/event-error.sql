-- The name of a failed call's error, where it has one. From 35 on Alpha, MIPS, PA-RISC and
-- SPARC have numbers of their own; an architecture ends with the number of its ELF machine.
DROP VIEW IF EXISTS event_error;
CREATE VIEW event_error AS
SELECT e.id AS event_id, n.name AS name
FROM event AS e
JOIN errno AS n ON n.number = -e.exit
WHERE e.success = 0
	AND (n.number < 35 OR coalesce(e.arch & 0xffff, 0) NOT IN (2, 8, 15, 43, 0x9026));
