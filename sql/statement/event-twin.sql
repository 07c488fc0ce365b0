UPDATE event SET twin = :twin WHERE id = :id;
