-- Which hosts are in the trail, from when to when, and was anything lost?
SELECT name, first_seen, last_seen, status, losses
FROM host
ORDER BY name;
