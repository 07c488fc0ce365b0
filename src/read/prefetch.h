/*
 * Reads a file from front to back, and keeps the disk busy meanwhile.
 *
 * The kernel's readahead (mm/readahead.c) begins with its next window when a
 * read comes to the mark in the last one. Left to a reader that works on what it
 * reads, that is too late: one or two windows are under way, they come in
 * together, and the disk stands still until the reader is through with them. So
 * a byte here and there is touched well before it, as far as that needs no
 * waiting. The pages lie in the page cache.
 */
#ifndef MODTRAIL_READ_PREFETCH_H
#define MODTRAIL_READ_PREFETCH_H

#include <stdint.h>
#include <sys/types.h>

/* Touched so far ahead; and if nobody waited for as long, nothing is touched any more. */
#define PREFETCH_DISTANCE ((uint64_t)32 << 20)

/* Of one file; begins zeroed. */
struct prefetch {
	uint64_t next;		/* to be touched */
	uint64_t rest_from;	/* a reader that comes so far has not waited for long */
};

/* As pread(2), but never EINTR; and touches what is ahead. */
ssize_t prefetch_read(struct prefetch *p, int fd, void *to, size_t len, uint64_t pos);

#endif
