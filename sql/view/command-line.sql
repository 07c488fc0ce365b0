-- Arguments as one line that a shell would read back. SQL's text functions stop
-- at NUL, instr() and substr() of a BLOB do not.
DROP VIEW IF EXISTS command_line;
CREATE VIEW command_line AS
SELECT id AS event_id, (
	WITH RECURSIVE argument (line, word, rest) AS (
		SELECT NULL, NULL, argv
		UNION ALL
		SELECT
			CASE WHEN word IS NULL THEN line
				WHEN word = '' OR word GLOB '*[^-A-Za-z0-9_./:=,+@%^]*'
				THEN coalesce(line || ' ', '') || '''' || replace(word, '''', '''\''''') || ''''
				ELSE coalesce(line || ' ', '') || word END,
			CASE WHEN length(rest) > 0 THEN CAST(substr(rest, 1,
				coalesce(nullif(instr(rest, x'00'), 0) - 1, length(rest))) AS TEXT) END,
			substr(rest, coalesce(nullif(instr(rest, x'00'), 0), length(rest)) + 1)
		FROM argument
		WHERE word IS NOT NULL OR length(rest) > 0
	)
	SELECT line FROM argument WHERE word IS NULL AND coalesce(length(rest), 0) = 0
) AS command
FROM event
WHERE argv IS NOT NULL;
