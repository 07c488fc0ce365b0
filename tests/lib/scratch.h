/*
 * A folder that stands for a host's root: files for one test, made and removed by it.
 */
#ifndef MODTRAIL_TESTS_SCRATCH_H
#define MODTRAIL_TESTS_SCRATCH_H

int scratch_setup(void **state);	/* *state is the folder's path */
int scratch_teardown(void **state);

/* A file with this text, in folders that are made; a symbolic link. */
void scratch_file(const char *root, const char *path, const char *text);
void scratch_link(const char *root, const char *path, const char *target);

#endif
