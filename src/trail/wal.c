/*
 * Does the WAL beside a trail belong to it? SQLite does not ask: it takes over
 * whatever frames are valid in themselves, and those of another database, or of
 * a later state of this one, destroy what was restored from a copy.
 *
 * Each transaction stamps the trail with its name and the number of the
 * transaction. So the first stamp in a WAL is at most one above that in the
 * file, from where it went on, and the last is none below it. A copy that
 * was made meanwhile is a state in between, and made whole by the WAL.
 */
#include "trail/private.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#define STAMP_TEXT 64
#define STAMP_NAME 48		/* up to the number */
#define WAL_HEADER 32
#define FRAME_HEADER 24
#define WAL_MAGIC UINT32_C(0x377f0682)	/* its last bit: sums are of big-endian numbers */

/* A WAL while it is read, frame by frame, as SQLite would. */
struct wal {
	int fd;
	off_t at;
	uint32_t salt[2], sum[2];
	size_t page_size;
	bool big;
	unsigned char *frame;	/* header and page */
};

/* The numbers of stamps under one name. */
struct stamps {
	bool committed;		/* there is something to take over */
	bool any;
	int64_t first, last;
};

static void wal_release(struct wal *w)
{
	if (w->fd >= 0)
		close(w->fd);
	free(w->frame);
}

static uint32_t number_at(const unsigned char *p)
{
	uint32_t n;

	memcpy(&n, p, sizeof(n));
	return be32toh(n);
}

static void add_sum(struct wal *w, const unsigned char *p, size_t len)
{
	for (size_t i = 0; i < len; i += 8) {
		uint32_t a = number_at(p + i), b = number_at(p + i + 4);

		w->sum[0] += (w->big ? a : __builtin_bswap32(a)) + w->sum[1];
		w->sum[1] += (w->big ? b : __builtin_bswap32(b)) + w->sum[0];
	}
}

static bool sum_is(const struct wal *w, const unsigned char *p)
{
	return number_at(p) == w->sum[0] && number_at(p + 4) == w->sum[1];
}

static bool read_whole(struct wal *w, void *to, size_t len)
{
	if (pread(w->fd, to, len, w->at) != (ssize_t)len)
		return false;
	w->at += (off_t)len;
	return true;
}

static bool read_header(struct wal *w)
{
	unsigned char header[WAL_HEADER];

	if (!read_whole(w, header, sizeof(header)) || (number_at(header) & ~UINT32_C(1)) != WAL_MAGIC)
		return false;
	w->big = number_at(header) & 1;
	w->page_size = number_at(header + 8);
	w->salt[0] = number_at(header + 16);
	w->salt[1] = number_at(header + 20);
	add_sum(w, header, 24);
	return sum_is(w, header + 24) && w->page_size >= 512 && w->page_size <= 65536;
}

static bool read_frame(struct wal *w)
{
	const unsigned char *f = w->frame;

	if (!read_whole(w, w->frame, FRAME_HEADER + w->page_size) || number_at(f + 8) != w->salt[0] ||
	    number_at(f + 12) != w->salt[1])
		return false;
	add_sum(w, f, 8);
	add_sum(w, f + FRAME_HEADER, w->page_size);
	return sum_is(w, f + 16);
}

static bool is_commit(const struct wal *w)
{
	return number_at(w->frame + 4) != 0;
}

static bool read_number(const unsigned char *digits, int64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < STAMP_TEXT - STAMP_NAME; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		*out = *out * 10 + digits[i] - '0';
	}
	return true;
}

static void take_stamp(struct stamps *s, const struct wal *w, const char *name)
{
	const unsigned char *page = w->frame + FRAME_HEADER, *end = page + w->page_size;
	const unsigned char *at = memmem(page, w->page_size, name, STAMP_NAME);
	int64_t number;

	if (at == NULL || end - at < STAMP_TEXT || !read_number(at + STAMP_NAME, &number))
		return;
	s->first = s->any ? MIN(s->first, number) : number;
	s->last = s->any ? MAX(s->last, number) : number;
	s->any = true;
}

/* What a WAL has of a trail; nothing if there is none. */
static int read_wal(struct stamps *out, const char *path, const char *name, struct error *err)
{
	AUTO(wal_release) struct wal w = { .fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) };

	*out = (struct stamps){ .committed = false };
	if (w.fd < 0 || !read_header(&w))
		return 0;	/* what cannot be read is SQLite's to tell */
	if ((w.frame = malloc(FRAME_HEADER + w.page_size)) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	while (read_frame(&w)) {
		take_stamp(out, &w, name);
		out->committed |= is_commit(&w);
	}
	return 0;
}

static void sqlite_closep(sqlite3 **db)
{
	sqlite3_close(*db);
}

/*
 * The stamp of the file without its WAL. False: it has none, as an older program
 * wrote it, or it cannot be read like that: a checkpoint may be under way.
 */
static bool read_stamp(struct store *s, char out[static STAMP_TEXT + 1])
{
	AUTO(freep) char *uri = store_uri(s->path, UNLOCKED);
	AUTO(sqlite_closep) sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	bool found = false;

	if (uri == NULL ||
	    sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOFOLLOW, NULL) !=
	    SQLITE_OK || sqlite3_exec(db, sql_text[sql_read_only], NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, sql_text[sql_stamp_find], -1, &q, NULL) != SQLITE_OK)
		return false;
	if (sqlite3_step(q) == SQLITE_ROW && sqlite3_column_bytes(q, 0) == STAMP_TEXT) {
		memcpy(out, sqlite3_column_text(q, 0), STAMP_TEXT + 1);
		found = true;
	}
	sqlite3_finalize(q);
	return found;
}

/*
 * Others may be writing meanwhile. So the file is looked at before and after
 * its WAL: what was in it before cannot be newer than the WAL, and what the WAL
 * went on from cannot be newer than what is in it after.
 */
int store_check_wal(struct store *s, const char *wal, struct error *err)
{
	char before[STAMP_TEXT + 1], after[STAMP_TEXT + 1];
	int64_t oldest, newest;
	struct stamps stamps;
	struct stat st;
	int rc;

	if (stat(wal, &st) < 0 || st.st_size <= WAL_HEADER || !read_stamp(s, before))
		return 0;
	if ((rc = read_wal(&stamps, wal, before, err)) < 0)
		return rc;
	if (!stamps.committed || !read_stamp(s, after) ||
	    !read_number((const unsigned char *)before + STAMP_NAME, &oldest) ||
	    !read_number((const unsigned char *)after + STAMP_NAME, &newest))
		return 0;
	if (stamps.any && stamps.first <= newest + 1 && stamps.last >= oldest)
		return 0;
	return error_set(err, ERR_TRAIL, "the -wal file beside trail '%s' is of another trail, or of another "
			 "state of this one, and would destroy it: " STORE_RESTORE, s->path);
}
