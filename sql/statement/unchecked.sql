-- For a connection that adds events by the hundred thousand, see store_uncheck().
PRAGMA foreign_keys = OFF;
PRAGMA ignore_check_constraints = ON;
