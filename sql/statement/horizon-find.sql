SELECT before_ms, seed FROM horizon;
