INSERT INTO note_marker (host_id, run, number, time_ms, text)
VALUES ((SELECT id FROM machine WHERE name = :host), :run, :number, :time_ms, :text)
ON CONFLICT (host_id, run, number) DO UPDATE SET time_ms = excluded.time_ms, text = excluded.text;
