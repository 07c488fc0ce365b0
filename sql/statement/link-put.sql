-- parameters: as link-add.sql
--
-- Writes only what changes.
INSERT INTO link (event_id, run_id, calls, origin, tool, module, module_source)
VALUES (:event_id, :run_id, :calls, :origin, :tool, :module, :module_source)
ON CONFLICT (event_id) DO UPDATE SET
	run_id = excluded.run_id, calls = excluded.calls, origin = excluded.origin,
	tool = excluded.tool, module = excluded.module, module_source = excluded.module_source
WHERE (link.run_id, link.calls, link.origin, link.tool, link.module, link.module_source)
	IS NOT (excluded.run_id, excluded.calls, excluded.origin, excluded.tool, excluded.module,
		excluded.module_source);
