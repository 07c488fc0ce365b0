-- Once the keys of a host have changed: which of its markers count?
UPDATE marker SET accepted = t.accepted
FROM marker_trust AS t
WHERE marker.host_id = :host_id AND t.event_id = marker.event_id AND t.accepted <> marker.accepted;
