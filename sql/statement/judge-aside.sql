-- Where the trail may only be read: from here on its cells are a copy in memory.
PRAGMA query_only = OFF;
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE cell AS SELECT * FROM main.cell;
