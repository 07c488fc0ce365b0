/*
 * Reads the next block of a file in a thread of its own, and looks for the ends
 * of its lines, while the last one is being looked at: both together take as
 * long as the sieve takes for the rest. One block is under way at most.
 */
#ifndef MODTRAIL_AHEAD_H
#define MODTRAIL_AHEAD_H

#include "line_ends.h"

#include <sys/types.h>

struct ahead;

struct ahead_block {
	void *to;
	ssize_t got;		/* bytes, as pread(2) returned it */
	struct line_ends ends;	/* in these */
};

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
 * Waits until the bytes at pos are where they were asked to be. What is returned
 * holds until the next ahead_finish(), or ahead_free(). NULL if nothing is under
 * way, or something else, which is then given up.
 */
const struct ahead_block *ahead_finish(struct ahead *a, uint64_t pos);

#endif
