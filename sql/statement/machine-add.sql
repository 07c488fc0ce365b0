INSERT INTO machine (name) VALUES (:name);
