SELECT max(time_ms) FROM event;
