-- A writer takes its turn here, not at its first change.
BEGIN IMMEDIATE;
