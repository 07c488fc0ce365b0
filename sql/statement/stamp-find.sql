-- Of the file alone, whatever lies beside it.
SELECT text FROM stamp;
