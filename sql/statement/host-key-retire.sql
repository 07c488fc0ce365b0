-- What the other keys of the host signed until now still counts.
UPDATE host_key SET until_ms = :time_ms
WHERE host_id = :host_id AND key <> :key AND until_ms IS NULL;
