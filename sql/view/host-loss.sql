-- Everything that is known to be missing.
DROP VIEW IF EXISTS host_loss;
CREATE VIEW host_loss AS
SELECT host_id, kind, count, time_ms, until_ms, what, place FROM log_loss
UNION ALL
SELECT host_id, 4, count, time_ms, until_ms, 'records refused by the kernel', place
FROM kernel_loss;
