-- Which keys sign the self-tests of each host, and how did they come to be its own? No word for that:
-- nobody accepted the key, and what it signs proves nothing.
SELECT host, key_id, public_key, first_seen, until, trust
FROM selftest_key
ORDER BY host, first_seen;
