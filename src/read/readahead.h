/*
 * Reads the next blocks of a file in a thread of its own, and looks for the ends
 * of their lines, while what was read before is being looked at: both together
 * take as long as the sieve takes for the rest. Several blocks are under way, so
 * that none of the two has to wait for the other after each.
 */
#ifndef MODTRAIL_READ_READAHEAD_H
#define MODTRAIL_READ_READAHEAD_H

#include "read/newline_index.h"

#include <sys/types.h>

#define READAHEAD_BLOCKS 3u	/* so many at once */

struct readahead;

struct readahead_block {
	void *to;
	size_t len;		/* bytes that were asked for */
	uint64_t pos;
	ssize_t got;		/* bytes, as pread(2) returned it */
	struct newline_index newlines;	/* in these */
};

/* Returns NULL where there is no memory or no thread to be had: reading goes on without. */
struct readahead *readahead_new(int fd);

/* Waits for what is under way first. NULL is fine. */
void readahead_free(struct readahead *a);

/*
 * Begins to read up to len bytes at pos to `to`, which stays the thread's until
 * the block was taken, or given up. False if READAHEAD_BLOCKS are under way.
 */
bool readahead_start(struct readahead *a, void *to, size_t len, uint64_t pos);

/* How many bytes were asked for and neither taken nor given up. */
size_t readahead_under_way(const struct readahead *a);

/*
 * Takes the block that was asked for first, waiting for it. What is returned holds
 * until the next readahead_take(), or readahead_free(). NULL if nothing is under way, or
 * something else than what is at pos.
 */
const struct readahead_block *readahead_take(struct readahead *a, uint64_t pos);

/* Gives up what is under way, waiting until nothing is written any more. NULL is fine. */
void readahead_cancel(struct readahead *a);

#endif
