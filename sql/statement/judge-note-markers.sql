SELECT text, time_ms FROM note_marker
WHERE host_id = :host_id AND run = :run
ORDER BY number;
