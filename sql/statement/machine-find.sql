SELECT id FROM machine WHERE name = :name;
