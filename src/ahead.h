/*
 * Reads the next block of a file in a thread of its own, while the last one is
 * being looked at: copying a log out of the page cache takes a quarter of the
 * time that the sieve needs for it. One block is under way at most.
 */
#ifndef MODTRAIL_AHEAD_H
#define MODTRAIL_AHEAD_H

#include "util.h"

#include <sys/types.h>

struct ahead;

/* Returns NULL where there is no memory or no thread to be had: reading goes on without. */
struct ahead *ahead_new(void);

/* Waits for what is under way first. NULL is fine. */
void ahead_free(struct ahead *a);

/*
 * Begins to read up to len bytes at pos of fd to `to`. Both stay the thread's
 * until ahead_finish(); nothing may be under way.
 */
void ahead_start(struct ahead *a, int fd, void *to, size_t len, uint64_t pos);

/*
 * Waits until the bytes at pos are where they were asked to be, sets *to to
 * that place and returns how many they are, as pread(2) does. Returns -1, too,
 * if nothing is under way, or something else, which is then given up.
 */
ssize_t ahead_finish(struct ahead *a, uint64_t pos, void **to);

#endif
