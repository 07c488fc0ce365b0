#include "read/unpack.h"

#include "base/util.h"

#include <bzlib.h>
#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#define PACKED_READ ((size_t)1 << 16)
#define GZIP_ONLY (15 + 16)	/* the largest window, and the header that inflateInit2() is to expect */
#define ZSTD_WINDOW_LOG 27	/* 128 MiB */

struct unpacker {
	int fd;
	const char *path;
	const struct format *format;
	off_t pos;		/* of the next compressed byte in the file */
	const char *in;		/* in packed[]: bytes that are not unpacked yet */
	size_t in_len;
	bool at_end;		/* the whole file was read */
	bool within;		/* inside of a member: its end was not met yet */
	bool ended;
	uint64_t made;		/* bytes that were unpacked */
	union {
		z_stream gzip;
		bz_stream bzip2;
		lzma_stream xz;
		ZSTD_DStream *zstd;
	};
	char packed[PACKED_READ];
};

/*
 * advice: how to compress it anew where it needs too much memory. begin: returns false
 * when out of memory. step: unpacks from in, writes up to len bytes and their number to
 * *made, and clears within at the end of a member. Returns NULL, or what is wrong.
 * memory: of the decoder, as far as it is used.
 */
struct format {
	struct bytes magic;
	const char *advice;
	bool (*begin)(struct unpacker *u);
	const char *(*step)(struct unpacker *u, void *to, size_t len, size_t *made);
	size_t (*memory)(const struct unpacker *u);
	void (*end)(struct unpacker *u);
};

static const char out_of_memory[] = "out of memory";
static const char damaged[] = "it is damaged";
static const char too_large[] = "that would need too much memory";

static void take(struct unpacker *u, size_t left)
{
	u->in += u->in_len - left;
	u->in_len = left;
}

static bool gzip_begin(struct unpacker *u)
{
	return inflateInit2(&u->gzip, GZIP_ONLY) == Z_OK;
}

static void skip_zeros(struct unpacker *u)
{
	while (u->in_len > 0 && u->in[0] == '\0')
		take(u, u->in_len - 1);
}

static const char *gzip_step(struct unpacker *u, void *to, size_t len, size_t *made)
{
	z_stream *z = &u->gzip;
	uInt room = (uInt)MIN(len, (size_t)1 << 30);
	int rc;

	if (!u->within) {
		skip_zeros(u);	/* blocks may be filled up with them */
		if (u->in_len == 0)
			return NULL;
		if (u->in[0] != '\x1f')
			return "what follows its last member is no gzip: cut that off, and read it by itself";
	}
	u->within = true;
	z->next_in = (z_const Bytef *)u->in;
	z->avail_in = (uInt)u->in_len;
	z->next_out = to;
	z->avail_out = room;
	rc = inflate(z, Z_NO_FLUSH);
	take(u, z->avail_in);
	*made = room - z->avail_out;
	if (rc == Z_STREAM_END) {
		u->within = false;
		rc = inflateReset(z);
	}
	if (rc == Z_OK || rc == Z_BUF_ERROR)
		return NULL;
	return rc == Z_MEM_ERROR ? out_of_memory : z->msg != NULL ? z->msg : damaged;
}

/* gzip, bzip2: 4 MiB at most, whatever the level. */
static size_t small_memory(const struct unpacker *u)
{
	(void)u;
	return 0;
}

static void gzip_end(struct unpacker *u)
{
	inflateEnd(&u->gzip);
}

static bool bzip2_begin(struct unpacker *u)
{
	u->bzip2 = (bz_stream){ .bzalloc = NULL };
	return BZ2_bzDecompressInit(&u->bzip2, 0, 0) == BZ_OK;
}

static void bzip2_end(struct unpacker *u)
{
	BZ2_bzDecompressEnd(&u->bzip2);
}

static const char *bzip2_step(struct unpacker *u, void *to, size_t len, size_t *made)
{
	bz_stream *b = &u->bzip2;
	unsigned room = (unsigned)MIN(len, (size_t)1 << 30);
	int rc;

	/* libbz2 knows one member. */
	if (!u->within) {
		if (u->in[0] != 'B')
			return "what follows its last member is no bzip2: cut that off, and read it by itself";
		bzip2_end(u);
		if (!bzip2_begin(u))
			return out_of_memory;
		u->within = true;
	}
	b->next_in = (char *)u->in;
	b->avail_in = (unsigned)u->in_len;
	b->next_out = to;
	b->avail_out = room;
	rc = BZ2_bzDecompress(b);
	take(u, b->avail_in);
	*made = room - b->avail_out;
	u->within = rc != BZ_STREAM_END;
	if (rc == BZ_OK || rc == BZ_STREAM_END)
		return NULL;
	return rc == BZ_MEM_ERROR ? out_of_memory : damaged;
}

static bool xz_begin(struct unpacker *u)
{
	return lzma_stream_decoder(&u->xz, UNPACK_MEMORY_MAX, LZMA_CONCATENATED) == LZMA_OK;
}

static const char *xz_step(struct unpacker *u, void *to, size_t len, size_t *made)
{
	lzma_stream *x = &u->xz;
	lzma_ret rc;

	x->next_in = (const uint8_t *)u->in;
	x->avail_in = u->in_len;
	x->next_out = to;
	x->avail_out = len;
	rc = lzma_code(x, u->at_end ? LZMA_FINISH : LZMA_RUN);
	take(u, x->avail_in);
	*made = len - x->avail_out;
	switch (rc) {
	case LZMA_STREAM_END:
		u->within = false;
		return NULL;
	case LZMA_OK:
	case LZMA_BUF_ERROR:
		return NULL;
	case LZMA_MEM_ERROR:
		return out_of_memory;
	case LZMA_MEMLIMIT_ERROR:
		return too_large;
	default:
		return damaged;
	}
}

static size_t xz_memory(const struct unpacker *u)
{
	return (size_t)lzma_memusage(&u->xz);
}

static void xz_end(struct unpacker *u)
{
	lzma_end(&u->xz);
}

static bool zstd_begin(struct unpacker *u)
{
	u->zstd = ZSTD_createDStream();
	return u->zstd != NULL &&
	       !ZSTD_isError(ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG));
}

static const char *zstd_step(struct unpacker *u, void *to, size_t len, size_t *made)
{
	ZSTD_inBuffer in = { u->in, u->in_len, 0 };
	/* After an error it is unknown how many of these bytes are right. */
	ZSTD_outBuffer out = { to, MIN(len, UNPACK_LOST_MAX), 0 };
	size_t rc = ZSTD_decompressStream(u->zstd, &out, &in);

	take(u, in.size - in.pos);
	*made = out.pos;
	u->within = rc != 0;
	if (ZSTD_getErrorCode(rc) == ZSTD_error_frameParameter_windowTooLarge)
		return too_large;
	return ZSTD_isError(rc) ? ZSTD_getErrorName(rc) : NULL;
}

static size_t zstd_memory(const struct unpacker *u)
{
	return ZSTD_sizeof_DStream(u->zstd);
}

static void zstd_end(struct unpacker *u)
{
	ZSTD_freeDStream(u->zstd);
}

static const struct format formats[] = {
	{ { "\x1f\x8b", 2 }, "gzip", gzip_begin, gzip_step, small_memory, gzip_end },
	{ { "BZh", 3 }, "bzip2", bzip2_begin, bzip2_step, small_memory, bzip2_end },
	{ { "\xfd" "7zXZ\0", 6 }, "xz -6", xz_begin, xz_step, xz_memory, xz_end },
	{ { "\x28\xb5\x2f\xfd", 4 }, "zstd -19", zstd_begin, zstd_step, zstd_memory, zstd_end },
};

static const struct format *find_format(int fd)
{
	char start[8];
	ssize_t len = pread(fd, start, sizeof(start), 0);

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (len >= (ssize_t)formats[i].magic.len &&
		    memcmp(start, formats[i].magic.data, formats[i].magic.len) == 0)
			return &formats[i];
	return NULL;
}

bool unpack_is_packed(int fd)
{
	return find_format(fd) != NULL;
}

static void unpack_closep(struct unpacker **u)
{
	unpack_close(*u);
}

static int cannot(const struct unpacker *u, const char *why, struct error *err)
{
	return error_set(err, ERR_INPUT, "cannot unpack '%s': %s", u->path, why);
}

int unpack_open(struct unpacker **out, int fd, const char *path, struct error *err)
{
	AUTO(unpack_closep) struct unpacker *u = calloc(1, sizeof(*u));

	if (u == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	u->fd = fd;
	u->path = path;
	u->within = true;
	if ((u->format = find_format(fd)) == NULL)
		return cannot(u, "it is no packed file any more", err);
	if (!u->format->begin(u))
		return error_set(err, ERR_NOMEM, "out of memory");
	*out = u;
	u = NULL;
	return 0;
}

void unpack_close(struct unpacker *u)
{
	if (u == NULL)
		return;
	if (u->format != NULL)
		u->format->end(u);
	free(u);
}

static int refill(struct unpacker *u, struct error *err)
{
	ssize_t n;

	do {
		n = pread(u->fd, u->packed, sizeof(u->packed), u->pos);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return error_set(err, ERR_INPUT, "cannot read '%s': %s", u->path, strerror(errno));
	u->pos += n;
	u->in = u->packed;
	u->in_len = (size_t)n;
	u->at_end = n == 0;
	return 0;
}

/* A decoder uses of its memory no more than it has unpacked. */
static bool is_too_large(const struct unpacker *u)
{
	return u->made > UNPACK_WINDOW && u->format->memory(u) > UNPACK_WINDOW + (2 << 20);
}

static int wants_memory(const struct unpacker *u, struct error *err)
{
	return error_set(err, ERR_INPUT, "cannot unpack '%s': that would need too much memory: compress it anew "
			 "with '%s', or name it unpacked", u->path, u->format->advice);
}

/* unpack_read() without the memory of the end. */
static ssize_t unpack(struct unpacker *u, void *to, size_t len, struct error *err)
{
	const char *wrong;
	size_t made = 0;
	int rc;

	while (u->in_len > 0 || !u->at_end || u->within) {
		if (u->in_len == 0 && !u->at_end && (rc = refill(u, err)) < 0)
			return rc;
		if (u->in_len == 0 && !u->within)
			continue;
		if (is_too_large(u))
			return wants_memory(u, err);
		wrong = u->format->step(u, to, len, &made);
		u->made += made;
		if (made > 0)
			return (ssize_t)made;	/* an error is met again by the next call */
		if (wrong == too_large)
			return wants_memory(u, err);
		if (wrong == out_of_memory)
			return error_set(err, ERR_NOMEM, "out of memory");
		if (wrong != NULL)
			return cannot(u, wrong, err);
		if (u->at_end && u->in_len == 0 && u->within)
			return cannot(u, "it breaks off in the middle", err);
	}
	return 0;
}

ssize_t unpack_read(struct unpacker *u, void *to, size_t len, struct error *err)
{
	ssize_t n = u->ended ? 0 : unpack(u, to, len, err);

	u->ended = n <= 0;
	return n;
}

bool unpack_has_ended(const struct unpacker *u)
{
	return u->ended;
}

uint64_t unpack_taken(const struct unpacker *u)
{
	return (uint64_t)u->pos;
}
