-- Too old to be trusted, or from a time that is as far away yet. 0: proven, 5: stale
UPDATE cell SET verdict = 5, remedy = :remedy WHERE verdict = 0 AND NOT checked_ms BETWEEN :from_ms AND :to_ms;
