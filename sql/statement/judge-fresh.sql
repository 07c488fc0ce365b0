UPDATE cell SET verdict = 0, remedy = NULL WHERE verdict = 5 AND checked_ms BETWEEN :from_ms AND :to_ms;
