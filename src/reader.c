#include "reader.h"

#include "ahead.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKED_READ ((size_t)1 << 16)
#define AHEAD_FROM ((uint64_t)2 << 20)	/* bytes in a row; for less a thread does not pay */

/* libarchive pulls packed bytes by a callback, so the descriptor's own position is left alone. */
struct unpacker {
	struct archive *archive;
	int fd;
	off_t pos;		/* of the next packed byte */
	const char *block;	/* unpacked, libarchive's, until the next one is asked for */
	size_t block_len;
	bool ended;		/* libarchive must not be asked again */
	char packed[PACKED_READ];
};

static const struct bytes magics[] = {
	{ "\x1f\x8b", 2 },			/* gzip */
	{ "\xfd" "7zXZ\0", 6 },
	{ "\x28\xb5\x2f\xfd", 4 },		/* zstd */
};

static bool is_packed(int fd)
{
	char start[8];
	ssize_t len = pread(fd, start, sizeof(start), 0);

	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (len >= (ssize_t)magics[i].len &&
		    memcmp(start, magics[i].data, magics[i].len) == 0)
			return true;
	return false;
}

static ssize_t pull(struct archive *a, void *arg, const void **at)
{
	struct unpacker *u = arg;
	ssize_t n;

	do {
		n = pread(u->fd, u->packed, sizeof(u->packed), u->pos);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		archive_set_error(a, errno, "%s", strerror(errno));
		return ARCHIVE_FATAL;
	}
	u->pos += n;
	*at = u->packed;
	return n;
}

static void unpacker_free(struct unpacker *u)
{
	if (u == NULL)
		return;
	archive_read_free(u->archive);
	free(u);
}

static void unpacker_freep(struct unpacker **u)
{
	unpacker_free(*u);
}

static int unpack_error(const struct reader *r, struct archive *a, struct error *err)
{
	const char *why = archive_error_string(a);

	return error_set(err, ERR_INPUT, "cannot unpack '%s': %s", r->path,
			 why != NULL ? why : "damaged");
}

static int unpack_from_start(struct reader *r, struct error *err)
{
	AUTO(unpacker_freep) struct unpacker *u = calloc(1, sizeof(*u));
	struct archive_entry *entry;
	int rc;

	if (u == NULL || (u->archive = archive_read_new()) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	u->fd = r->fd;
	archive_read_support_filter_gzip(u->archive);
	archive_read_support_filter_xz(u->archive);
	archive_read_support_filter_zstd(u->archive);
	archive_read_support_format_raw(u->archive);
	archive_read_support_format_empty(u->archive);
	if (archive_read_open(u->archive, u, NULL, pull, NULL) != ARCHIVE_OK)
		return unpack_error(r, u->archive, err);
	rc = archive_read_next_header(u->archive, &entry);
	if (rc != ARCHIVE_OK && rc != ARCHIVE_EOF)
		return unpack_error(r, u->archive, err);
	u->ended = rc == ARCHIVE_EOF;
	unpacker_free(r->unpacker);
	r->unpacker = u;
	r->pos = 0;
	u = NULL;
	return 0;
}

int reader_open(struct reader *r, int fd, const char *path, bool stream, struct error *err)
{
	*r = (struct reader){ .fd = fd, .path = path, .stream = stream };
	if (!stream && is_packed(fd))
		return unpack_from_start(r, err);
	return 0;
}

void reader_close(struct reader *r)
{
	ahead_free(r->ahead);
	unpacker_free(r->unpacker);
	*r = (struct reader){ .fd = -1 };
}

static ssize_t read_packed(struct reader *r, void *to, size_t len, struct error *err)
{
	struct unpacker *u = r->unpacker;
	size_t n;

	while (u->block_len == 0 && !u->ended) {
		la_int64_t offset;
		const void *block = NULL;
		int rc = archive_read_data_block(u->archive, &block, &u->block_len, &offset);

		u->block = block;
		u->ended = rc == ARCHIVE_EOF || rc < ARCHIVE_WARN;
		if (u->ended)
			u->block_len = 0;
		if (rc < ARCHIVE_WARN)
			return unpack_error(r, u->archive, err);
	}
	if (u->ended)
		return 0;
	n = MIN(len, u->block_len);
	memcpy(to, u->block, n);
	u->block += n;
	u->block_len -= n;
	r->pos += n;
	return (ssize_t)n;
}

/*
 * Waits with every signal let in: whoever keeps its signals blocked elsewhere
 * can miss none between looking at its flag and sleeping here.
 */
static int wait_for_stream(int fd, struct error *err)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	sigset_t none;

	sigemptyset(&none);
	if (ppoll(&p, 1, NULL, &none) < 0 && errno == EINTR)
		return error_set(err, ERR_INTERRUPTED, "interrupted");
	return 0;	/* whatever else is wrong, read() says it better */
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

/* The bytes at r->pos if they were read ahead, brought to where they are wanted; else -1. */
static ssize_t take_ahead(struct reader *r, void *to, size_t len)
{
	void *from;
	ssize_t n = r->ahead != NULL ? ahead_finish(r->ahead, r->pos, &from) : -1;

	/* More than is wanted now, or an error: reading again tells. */
	if (n < 0 || (size_t)n > len)
		return -1;
	if (from != to)
		memmove(to, from, (size_t)n);
	r->pos += (uint64_t)n;
	return n;
}

ssize_t reader_read_on(struct reader *r, void *to, size_t len, size_t room, struct error *err)
{
	ssize_t n = take_ahead(r, to, len);

	if (n < 0 && (n = reader_read(r, to, len, err)) < 0)
		return n;
	r->in_a_row += (uint64_t)n;
	if (r->stream || r->unpacker != NULL || r->in_a_row < AHEAD_FROM || n == 0 ||
	    room - (size_t)n < len)
		return n;
	if (r->ahead == NULL) {
		r->ahead = ahead_new();
		/* From a disk, the kernel then reads twice as far ahead of us. */
		posix_fadvise(r->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	}
	if (r->ahead != NULL)
		ahead_start(r->ahead, r->fd, (char *)to + n, len, r->pos);
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
	/* After an error, too: whoever reads on from there has to meet it again. */
	if ((pos < r->pos || r->unpacker->ended) && (rc = unpack_from_start(r, err)) < 0)
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
	uint64_t read = r->unpacker != NULL ? (uint64_t)r->unpacker->pos : r->pos;
	struct stat st;

	if (fstat(r->fd, &st) < 0 || (uint64_t)st.st_size < read)
		return 0;
	return (uint64_t)st.st_size - read;
}
