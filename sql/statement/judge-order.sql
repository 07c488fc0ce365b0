-- The runs of a host that were judged, by the clock. One that was pruned is only a row, and
-- says nothing about cells.
SELECT run, begun_ms, serial,
	CASE WHEN EXISTS (SELECT 1 FROM marker WHERE host_id = j.host_id AND run = j.run AND accepted)
			OR EXISTS (SELECT 1 FROM note WHERE host_id = j.host_id AND run = j.run)
		THEN cells ELSE 0 END AS cells
FROM judgement AS j
WHERE host_id = :host_id
ORDER BY begun_ms, serial, run;
