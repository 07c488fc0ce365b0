-- A verdict becomes stale by its age, which a check does not know. 0: proven, 5: stale
UPDATE main.cell AS d SET verdict = 5, remedy = :remedy
WHERE verdict = 0 AND EXISTS (SELECT 1 FROM stored.cell AS k
	WHERE k.host_id = d.host_id AND k.mechanism = d.mechanism AND k.actor = d.actor
		AND k.verdict = 5);
