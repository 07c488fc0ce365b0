SELECT before_ms FROM horizon;
