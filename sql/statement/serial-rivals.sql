-- Is there a run that is not clearly older than one that ends at :to_ms?
SELECT EXISTS (SELECT 1 FROM serial_run WHERE host_id = :host_id AND to_ms + 1000 >= :to_ms);
