INSERT INTO note (host_id, run, begun_ms, reason, fault, path, text, amount, amount_2, amount_3)
VALUES ((SELECT id FROM machine WHERE name = :host), :run, :begun_ms, nullif(:reason, -1), :fault,
	:path, :text, :amount, :amount_2, :amount_3)
ON CONFLICT (host_id, run) DO UPDATE SET
	begun_ms = excluded.begun_ms, reason = excluded.reason, fault = excluded.fault,
	path = excluded.path, text = excluded.text, amount = excluded.amount,
	amount_2 = excluded.amount_2, amount_3 = excluded.amount_3, detail = NULL;
