#include "read/reader.h"

#include "read/readahead.h"
#include "read/unpack.h"
#include "read/window.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READAHEAD_FROM ((uint64_t)2 << 20)	/* bytes in a row; for less a thread does not pay */

static int unpack_from_start(struct reader *r, struct error *err)
{
	struct unpacker *u = NULL;
	int rc = unpack_open(&u, r->fd, r->path, err);

	if (rc < 0)
		return rc;
	unpack_close(r->unpacker);
	r->unpacker = u;
	r->pos = 0;
	return 0;
}

int reader_open(struct reader *r, int fd, const char *path, bool stream, struct error *err)
{
	*r = (struct reader){ .fd = fd, .path = path, .stream = stream };
	if (!stream && unpack_is_packed(fd))
		return unpack_from_start(r, err);
	return 0;
}

void reader_close(struct reader *r)
{
	readahead_free(r->readahead);
	unpack_close(r->unpacker);
	*r = (struct reader){ .fd = -1 };
}

void reader_stop(struct reader *r)
{
	readahead_cancel(r->readahead);
}

static ssize_t read_packed(struct reader *r, void *to, size_t len, struct error *err)
{
	ssize_t n = unpack_read(r->unpacker, to, len, err);

	if (n > 0)
		r->pos += (uint64_t)n;
	return n;
}

/*
 * Waits with no signal blocked: a caller that blocks its signals elsewhere cannot
 * miss one between the look at its flag and the sleep here.
 */
static int wait_for_stream(int fd, struct error *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	if (ppoll(&p, 1, NULL, &none) < 0 && errno == EINTR)
		return error_set(err, ERR_INTERRUPTED, "interrupted");
	return 0;	/* other errors are met again by read() */
}

bool reader_is_silent(const struct reader *r, int ms)
{
	struct pollfd p = { .fd = r->fd, .events = POLLIN };
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
	sigset_t none;

	sigemptyset(&none);
	return ppoll(&p, 1, &t, &none) == 0;
}

ssize_t reader_read(struct reader *r, void *to, size_t len, struct error *err)
{
	ssize_t n;

	if (r->unpacker != NULL)
		return read_packed(r, to, len, err);
	do {
		if (r->stream && wait_for_stream(r->fd, err) < 0)
			return ERR_INTERRUPTED;
		n = r->stream ? read(r->fd, to, len) : pread(r->fd, to, len, (off_t)r->pos);
	} while (n < 0 && (errno == EINTR || errno == EAGAIN));
	if (n < 0)
		return error_set(err, ERR_INPUT, "cannot read '%s': %s", r->path, strerror(errno));
	r->pos += (uint64_t)n;
	return n;
}

/* Moves the bytes at r->pos to `to` if they were read ahead. Returns how many, or -1. */
static ssize_t take_ahead(struct reader *r, void *to, size_t len)
{
	const struct readahead_block *b = readahead_take(r->readahead, r->pos);

	/* An error, or more bytes than the caller has room for: they are read again. */
	if (b == NULL || b->got < 0 || (size_t)b->got > len)
		return -1;
	/* The place differs after a line before it was taken out of the window. */
	if (!window_same_place(b->to, to)) {
		readahead_cancel(r->readahead);
		memmove(to, b->to, (size_t)b->got);
	}
	r->pos += (uint64_t)b->got;
	r->newlines = &b->newlines;
	return b->got;
}

/* Starts blocks of len bytes behind those under way, as many as fit in room. */
static void read_ahead(struct reader *r, char *to, size_t len, size_t room)
{
	for (;;) {
		size_t under_way = readahead_under_way(r->readahead);

		if (room < under_way + len ||
		    !readahead_start(r->readahead, to + under_way, len, r->pos + under_way))
			return;
	}
}

ssize_t reader_read_on(struct reader *r, void *to, size_t len, size_t room, struct error *err)
{
	ssize_t n;

	r->newlines = NULL;
	if (r->readahead == NULL || (n = take_ahead(r, to, len)) < 0) {
		readahead_cancel(r->readahead);
		if ((n = reader_read(r, to, len, err)) < 0)
			return n;
	}
	r->in_a_row += (uint64_t)n;
	if (r->stream || r->unpacker != NULL || r->in_a_row < READAHEAD_FROM || n == 0)
		return n;
	if (r->readahead == NULL)
		r->readahead = readahead_new(r->fd);
	if (r->readahead != NULL)
		read_ahead(r, (char *)to + n, len, room - (size_t)n);
	return n;
}

int reader_seek(struct reader *r, uint64_t pos, struct error *err)
{
	char skipped[4096];
	int rc;

	if (r->unpacker == NULL) {
		struct stat st;

		r->pos = pos;
		return fstat(r->fd, &st) == 0 && (uint64_t)st.st_size >= pos;
	}
	/* After an error, too, so that reading on from there meets it again. */
	if ((pos < r->pos || unpack_has_ended(r->unpacker)) && (rc = unpack_from_start(r, err)) < 0)
		return rc;
	while (r->pos < pos) {
		ssize_t n = reader_read(r, skipped, MIN(sizeof(skipped), pos - r->pos), err);

		if (n <= 0)
			return (int)n;
	}
	return 1;
}

int reader_read_before(struct reader *r, uint64_t pos, void *to, size_t len, struct error *err)
{
	char *at = to;
	int rc = reader_seek(r, pos - len, err);

	if (rc <= 0)
		return rc;
	while (len > 0) {
		ssize_t n = reader_read(r, at, len, err);

		if (n <= 0)
			return (int)n;
		at += n;
		len -= (size_t)n;
	}
	return 1;
}

uint64_t reader_remaining(const struct reader *r)
{
	uint64_t read = r->unpacker != NULL ? unpack_taken(r->unpacker) : r->pos;
	struct stat st;

	if (fstat(r->fd, &st) < 0 || (uint64_t)st.st_size < read)
		return 0;
	return (uint64_t)st.st_size - read;
}
