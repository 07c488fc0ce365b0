-- Runs of self-tests that may speak for their host, and when. What says that it is of a
-- run counts only if it is accepted (marker_trust), and was written by the process of root that
-- began it, behind that and before the run's end, in the order of the kernel's serials, as a
-- clock may be set; no run lasts longer than an hour. Of a run that two processes began
-- nobody knows whose it is, unless its host signed that: then it is what began first, as
-- whatever comes later is the same sent once more. ended_serial NULL: the end did not arrive.
DROP VIEW IF EXISTS believed_run;
CREATE VIEW believed_run AS
SELECT
	b.host_id AS host_id,
	b.run AS run,
	b.writer AS writer,
	b.serial AS begun_serial,
	b.time_ms AS begun_ms,
	b.module AS module,
	(SELECT min(serial) FROM marker
		WHERE host_id = b.host_id AND run = b.run AND writer = b.writer AND word = 6 AND accepted
			AND serial > b.serial
			AND +time_ms BETWEEN b.time_ms - 3600000 AND b.time_ms + 3600000) AS ended_serial
FROM marker AS b
WHERE b.word = 1 AND b.accepted
	AND NOT EXISTS (SELECT 1 FROM marker INDEXED BY marker_begin
		WHERE host_id = b.host_id AND run = b.run AND word = 1 AND accepted
			AND event_id <> b.event_id
			AND (b.signature = 0 OR (signature = 1 AND serial < b.serial)));
