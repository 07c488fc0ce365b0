INSERT INTO marker (event_id, host_id, time_ms, word, run, number, pid, lost)
VALUES (:event_id, :host_id, :time_ms, :word, :run, :number, :pid, :lost);
