/*
 * Read-ahead: a thread reads the next blocks of a file and finds their newlines
 * while the caller works on the blocks before them. Both threads take about as
 * long; several blocks under way spare them waiting for each other after each one.
 */
#ifndef MODTRAIL_READ_READAHEAD_H
#define MODTRAIL_READ_READAHEAD_H

#include "read/newline_index.h"

#include <sys/types.h>

#define READAHEAD_BLOCKS 3u	/* how many may be under way */

struct readahead;

struct readahead_block {
	void *to;
	size_t len;		/* bytes to read */
	uint64_t pos;
	ssize_t got;		/* the result of pread(2) */
	struct newline_index newlines;	/* in these bytes */
};

/* Returns NULL without memory or a thread for it: the caller then reads by itself. */
struct readahead *readahead_new(int fd);

/* Waits for the blocks under way. NULL is fine. */
void readahead_free(struct readahead *a);

/*
 * Begins to read up to len bytes at pos into `to`, which belongs to the thread until
 * the caller has taken or cancelled the block. False if READAHEAD_BLOCKS are under way.
 */
bool readahead_start(struct readahead *a, void *to, size_t len, uint64_t pos);

/* The bytes of all blocks under way: neither taken nor cancelled. */
size_t readahead_under_way(const struct readahead *a);

/*
 * Waits for the oldest block under way and takes it. The result is valid until the
 * next readahead_take() or readahead_free(). NULL if no block is under way, or the
 * oldest one does not begin at pos.
 */
const struct readahead_block *readahead_take(struct readahead *a, uint64_t pos);

/* Cancels all blocks under way, waiting until none is written to any more. NULL is fine. */
void readahead_cancel(struct readahead *a);

#endif
