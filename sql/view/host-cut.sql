-- Hosts whose last self-test did not arrive as a whole, so that cells may be missing. One that
-- was broken off takes nothing away where cells stand as a whole one found them.
DROP VIEW IF EXISTS host_cut;
CREATE VIEW host_cut AS
SELECT host_id, acts, acts_missing, claims, claims_missing, ended_ms IS NULL AS endless
FROM judgement AS j
WHERE latest AND NOT whole
	AND EXISTS (SELECT 1 FROM cell WHERE host_id = j.host_id)
	AND (ended_ms IS NOT NULL OR NOT EXISTS (
		SELECT 1 FROM cell AS c
		JOIN judgement AS w ON w.host_id = c.host_id AND w.run = c.run AND w.whole
		WHERE c.host_id = j.host_id));
