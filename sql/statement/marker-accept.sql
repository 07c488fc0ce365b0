-- Once a marker is in the trail: does it count?
UPDATE marker SET accepted = (SELECT t.accepted FROM marker_trust AS t WHERE t.event_id = marker.event_id)
WHERE event_id = :event_id;
