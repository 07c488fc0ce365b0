SELECT id, name FROM machine WHERE CASE WHEN :name IS NULL THEN id = :id ELSE name = :name END;
