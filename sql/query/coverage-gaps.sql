-- What is not proven, where, and why? Of :host, else of all hosts.
SELECT host, mechanism, actor, verdict, reason, rule, place, detail, checked
FROM coverage
WHERE verdict NOT IN ('proven', 'inapplicable') AND (:host IS NULL OR host = :host)
ORDER BY host, mechanism, actor;
