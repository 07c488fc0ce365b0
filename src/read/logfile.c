#include "read/logfile.h"

#include "read/record_head.h"
#include "read/window.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

void tail_feed(struct tail *tail, const char *data, size_t len)
{
	size_t kept;

	if (len >= sizeof(tail->bytes)) {
		memcpy(tail->bytes, data + len - sizeof(tail->bytes), sizeof(tail->bytes));
		tail->len = sizeof(tail->bytes);
		return;
	}
	kept = MIN(tail->len, sizeof(tail->bytes) - len);
	memmove(tail->bytes, tail->bytes + tail->len - kept, kept);
	memcpy(tail->bytes + kept, data, len);
	tail->len = kept + len;
}

uint64_t tail_hash(const struct tail *tail)
{
	return hash_bytes(HASH_START, tail->bytes, tail->len);
}

int64_t tail_time(const struct tail *tail)
{
	const char *end = tail->bytes + tail->len, *newline;
	struct record_head line;

	if (tail->len == 0 || end[-1] != '\n')
		return 0;
	newline = memrchr(tail->bytes, '\n', tail->len - 1);
	if (newline == NULL && tail->len == sizeof(tail->bytes))
		return 0;	/* longer than what is kept */
	newline = newline == NULL ? tail->bytes : newline + 1;
	return record_head_parse(&line, newline, (size_t)(end - newline)) == LINE_OK ? line.time_ms : 0;
}

struct logfile *logfile_new(const char *path, int fd, const struct stat *st)
{
	struct logfile *f = calloc(1, sizeof(*f));

	if (f == NULL || (f->seen.path = strdup(path)) == NULL) {
		free(f);
		return NULL;
	}
	f->fd = fd;
	f->stat = *st;
	return f;
}

void logfile_free(struct logfile *f)
{
	if (f == NULL)
		return;
	if (f->fd >= 0)
		close(f->fd);
	free((char *)f->seen.path);
	free(f);
}

uint64_t logfile_head(struct reader *r)
{
	uint64_t hash = HASH_START;
	char buf[4096];

	if (reader_seek(r, 0, NULL) != 1)
		return 0;
	for (size_t done = 0; done < WINDOW_LINE_MAX;) {
		ssize_t n = reader_read(r, buf, MIN(sizeof(buf), WINDOW_LINE_MAX - done), NULL);
		const char *newline;

		if (n <= 0)
			return 0;
		newline = memchr(buf, '\n', (size_t)n);
		if (newline != NULL)
			return hash_bytes(hash, buf, (size_t)(newline - buf));
		hash = hash_bytes(hash, buf, (size_t)n);
		done += (size_t)n;
	}
	return hash;
}

static int compare_offsets(const void *x, const void *y)
{
	const struct checkpoint *a = x, *b = y;

	return (a->offset < b->offset) - (a->offset > b->offset);
}

/* A damaged file just does not match here; reading it will report the damage. */
static bool holds(struct reader *r, const struct checkpoint *cp, struct tail *tail)
{
	tail->len = MIN(cp->offset, sizeof(tail->bytes));
	return reader_read_before(r, cp->offset, tail->bytes, tail->len, NULL) == 1 &&
	       tail->bytes[tail->len - 1] == '\n' && tail_hash(tail) == cp->tail;
}

int logfile_resume(struct reader *r, struct checkpoint *cps, size_t n, uint64_t *start,
		   struct tail *tail, struct error *err)
{
	int rc;

	if (n > 1)
		qsort(cps, n, sizeof(*cps), compare_offsets);
	for (size_t i = 0; i < n; i++) {
		if (cps[i].offset > 0 && holds(r, &cps[i], tail)) {
			*start = cps[i].offset;
			return 0;
		}
	}
	tail->len = 0;
	*start = 0;
	rc = reader_seek(r, 0, err);
	return rc < 0 ? rc : 0;
}

/* Opens f again by its name if that is still the same file: few descriptors are kept open. */
static int reopen(const struct logfile *f)
{
	int fd = open(f->seen.path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !same_inode(&st, &f->stat))) {
		close(fd);
		return -1;
	}
	return fd;
}

int logfile_checkpoint(const struct logfile *f, uint64_t offset, struct checkpoint *cp)
{
	struct reader r = { .fd = f->fd >= 0 ? f->fd : reopen(f), .path = f->seen.path };
	struct tail tail = { .len = MIN(offset, sizeof(tail.bytes)) };
	bool whole;

	if (r.fd < 0)
		return 0;
	whole = logfile_head(&r) == f->seen.head &&
		reader_read_before(&r, offset, tail.bytes, tail.len, NULL) == 1;
	if (f->fd < 0)
		close(r.fd);
	*cp = (struct checkpoint){ f->seen.head, offset, tail_hash(&tail) };
	return whole;
}
