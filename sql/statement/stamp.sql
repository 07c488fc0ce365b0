-- One transaction more. Of the same length, it takes the place of the row before.
INSERT INTO stamp (only, text)
VALUES (1, 'modtrail-trail ' || lower(hex(randomblob(16))) || printf(' %016d', 0))
ON CONFLICT DO UPDATE SET
	text = substr(text, 1, 48) || printf('%016d', 1 + CAST(substr(text, 49) AS INTEGER));
