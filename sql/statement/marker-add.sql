INSERT INTO marker (event_id, host_id, time_ms, serial, writer, word, run, lost, module, number, pid,
	actor, tool, call, abi, nonce, signature, key)
VALUES (:event_id, :host_id, :time_ms, :serial, :writer, :word, :run, :lost, nullif(:module, ''),
	:number, :pid, :actor, :tool, :call, :abi, :nonce, :signature, :key);
