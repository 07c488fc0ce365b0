-- Rows that name a row which is not there: table, rowid, the other table.
PRAGMA stored.foreign_key_check;
