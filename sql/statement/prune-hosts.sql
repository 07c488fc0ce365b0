SELECT id FROM machine ORDER BY id;
