-- Where the trail may only be read: that flag of the connection also keeps temp as it is. There may be
-- no folder for its files, either.
PRAGMA query_only = OFF;
PRAGMA temp_store = MEMORY;
