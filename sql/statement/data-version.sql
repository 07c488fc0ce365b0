-- Another number if another connection has changed something.
PRAGMA data_version;
