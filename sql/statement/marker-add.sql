INSERT INTO marker (event_id, host_id, time_ms, word, run, number, pid)
VALUES (:event_id, :host_id, :time_ms, :word, :run, :number, :pid);
