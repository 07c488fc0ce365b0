-- 0012_news_count.sql - has a host had more news, since somebody began to judge it?

CREATE TABLE news_count (
	host_id INTEGER PRIMARY KEY REFERENCES machine,
	number INTEGER NOT NULL		-- how often it had some; it never goes back
) STRICT;

PRAGMA user_version = 12;
