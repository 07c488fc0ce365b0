-- Its records, its link and its marker go with it.
DELETE FROM event WHERE id = :id;
