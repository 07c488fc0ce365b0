-- Before the transaction that brings a trail to the newest version: a step may make a
-- table anew that others point to. settings.sql undoes it.
PRAGMA foreign_keys = OFF;
