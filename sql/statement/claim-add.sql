INSERT INTO claim (host_id, mechanism, actor, rule, place)
VALUES ((SELECT id FROM machine WHERE name = :host), :mechanism, :actor, :rule, :place);
