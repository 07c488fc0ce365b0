-- What the other keys of the host signed never counts. :trust NULL: whatever they are
DELETE FROM host_key
WHERE host_id = :host_id AND key <> :key AND (:trust IS NULL OR trust = :trust);
