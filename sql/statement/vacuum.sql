-- Writes the trail anew, without what is free in it. The file shrinks with the next
-- checkpoint: when we close it, or by whoever else has it open.
VACUUM;
