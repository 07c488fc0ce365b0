-- Writes the trail anew, without what is free in it. The file shrinks with a checkpoint.
VACUUM;
