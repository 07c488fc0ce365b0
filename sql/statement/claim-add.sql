INSERT INTO claim (host_id, mechanism, actor, rule, file, line, asks, program)
VALUES ((SELECT id FROM machine WHERE name = :host), :mechanism, :actor, :rule, :file, :line, :asks,
	:program);
