SELECT reason, fault, path, text, amount, amount_2, amount_3, detail FROM note
WHERE host_id = :host_id AND run = :run;
