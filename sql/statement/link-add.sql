-- For an event that is new, and so has no link yet.
INSERT INTO link (event_id, run_id, calls, origin, tool, module, module_source)
VALUES (:event_id, :run_id, :calls, :origin, :tool, :module, :module_source);
