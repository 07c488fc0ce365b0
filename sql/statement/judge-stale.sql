-- Too old to be trusted. 0: proven, 5: stale
UPDATE cell SET verdict = 5, remedy = :remedy WHERE verdict = 0 AND checked_ms < :limit_ms;
