/*
 * Sequential reads that keep the disk busy while the program works on the data.
 *
 * The kernel's readahead (mm/readahead.c) starts its next window when a read
 * reaches a mark in the last one. For a reader that also works on the data this is
 * too late: the one or two windows under way arrive together, and the disk is idle
 * until the reader has used them up. So this reader touches single bytes far ahead
 * of its position, which starts the kernel's readahead there. It never waits for
 * those bytes; the pages stay in the page cache.
 */
#ifndef MODTRAIL_READ_PREFETCH_H
#define MODTRAIL_READ_PREFETCH_H

#include <stdint.h>
#include <sys/types.h>

/* How far ahead bytes are touched. After as many bytes without waiting, touching ends. */
#define PREFETCH_DISTANCE ((uint64_t)32 << 20)

/* The state for one file; begins zeroed. */
struct prefetch {
	uint64_t next;		/* offset of the next byte to touch */
	uint64_t rest_from;	/* touching ends at this offset if no read waits before it */
};

/* Like pread(2), but never fails with EINTR, and touches bytes ahead. */
ssize_t prefetch_read(struct prefetch *p, int fd, void *to, size_t len, uint64_t pos);

#endif
