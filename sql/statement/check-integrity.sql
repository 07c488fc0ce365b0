PRAGMA stored.integrity_check(1000);
