-- For an event that is new, and so has none. Several rows may be added at once
-- (src/trail/rows.c).
INSERT OR FAIL INTO link (event_id, run_id, calls, origin, tool, module, module_source)
VALUES (:event_id, :run_id, :calls, :origin, :tool, :module, :module_source);
