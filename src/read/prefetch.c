#include "read/prefetch.h"

#include "base/util.h"

#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * The smallest usual readahead window (VM_READAHEAD_PAGES, include/linux/mm.h). With
 * wider steps the kernel takes the reads for random access.
 */
#define STRIDE ((uint64_t)128 << 10)

/* Returns what is in memory, or EAGAIN after the kernel has begun to read it. */
static ssize_t read_at_once(int fd, void *to, size_t len, uint64_t pos)
{
	struct iovec all = { to, len };

	return preadv2(fd, &all, 1, (off_t)pos, RWF_NOWAIT);
}

static ssize_t read_waiting(int fd, void *to, size_t len, uint64_t pos)
{
	ssize_t n;

	do {
		n = pread(fd, to, len, (off_t)pos);
	} while (n < 0 && errno == EINTR);
	return n;
}

static void wait_seen(struct prefetch *p, uint64_t pos)
{
	p->rest_from = pos + PREFETCH_DISTANCE;
}

static void touch_ahead(struct prefetch *p, int fd, uint64_t pos)
{
	ssize_t n = 1;
	char byte = 0;

	p->next = MAX(p->next, pos);
	while (p->next < pos + PREFETCH_DISTANCE && (n = read_at_once(fd, &byte, 1, p->next)) > 0)
		p->next += STRIDE;
	if (n < 0 && errno == EAGAIN)
		wait_seen(p, p->next);
}

ssize_t prefetch_read(struct prefetch *p, int fd, void *to, size_t len, uint64_t pos)
{
	/* File systems that do not know RWF_NOWAIT fail here, and are read with pread(2). */
	ssize_t n = MAX(read_at_once(fd, to, len, pos), 0), rest = 0;

	if ((size_t)n < len)
		rest = read_waiting(fd, (char *)to + n, len - (size_t)n, pos + (uint64_t)n);
	if (rest > 0)
		wait_seen(p, pos);
	if (pos < p->rest_from)
		touch_ahead(p, fd, pos + len);
	/* An error behind some bytes is met again by the next read. */
	return n == 0 ? rest : n + MAX(rest, 0);
}
