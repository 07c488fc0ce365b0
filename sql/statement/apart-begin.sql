-- From here on this connection sees the trail as it is now, whoever writes meanwhile, and has
-- tables of its own in the place of those that judging writes: a table of temp goes
-- before one of main with the same name. Nobody waits for it.
BEGIN;
CREATE TEMP TABLE apart (host_id INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
CREATE TEMP TABLE news AS SELECT * FROM main.news WHERE false;
CREATE UNIQUE INDEX temp.apart_news ON news (host_id);
CREATE TEMP TABLE judgement AS SELECT * FROM main.judgement WHERE false;
CREATE UNIQUE INDEX temp.apart_judgement ON judgement (host_id, run);
CREATE INDEX temp.apart_begun ON judgement (host_id, begun_ms);
CREATE TEMP TABLE cell AS SELECT * FROM main.cell WHERE false;
CREATE UNIQUE INDEX temp.apart_cell ON cell (host_id, mechanism, actor);
CREATE TEMP TABLE cell_change AS SELECT * FROM main.cell_change WHERE false;
CREATE UNIQUE INDEX temp.apart_change ON cell_change (host_id, mechanism, actor, since_ms);
