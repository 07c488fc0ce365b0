/*
 * The window: a buffer that slides over the stream of all bytes that a source
 * hands out. The source reads into it and the sieve looks back in it, so nothing is
 * copied between them.
 *
 * The buffer is a ring that is mapped twice, the second mapping right behind the
 * first. So bytes that wrap around are contiguous, and sliding moves nothing.
 *
 * A stream offset counts the bytes of the stream from the first one, over all files.
 *
 * Invariant: while the sieve works on a chunk that starts at stream offset S,
 * every byte from S - WINDOW_KEEP on (or from 0) is in the window.
 */
#ifndef MODTRAIL_READ_WINDOW_H
#define MODTRAIL_READ_WINDOW_H

#include "base/util.h"

#include <stdbool.h>

/* How far back records are kept: the records of one event may lie so far apart. */
#define WINDOW_KEEP ((size_t)1 << 20)
/* The longest line: far above the 8970 bytes of libaudit's MAX_AUDIT_MESSAGE_LENGTH. */
#define WINDOW_LINE_MAX ((size_t)1 << 18)
/*
 * WINDOW_KEEP, a line, and four reads: one being looked at and three under way
 * (READAHEAD_BLOCKS). A multiple of every page size.
 */
#define WINDOW_SIZE ((size_t)9 << 18)

struct newline_index;

struct window {
	char *ring;		/* WINDOW_SIZE bytes, twice; owned */
	char *data;		/* in the first of them */
	uint64_t base;		/* stream offset of data[0] */
	size_t len;		/* bytes in use */
	const struct newline_index *newlines;	/* from newlines_at on; borrowed; NULL: not known */
	uint64_t newlines_at;		/* a stream offset */
};

/* Returns 0 or ERR_NOMEM; release accepts a zeroed window. */
must_check int window_init(struct window *w);
void window_release(struct window *w);

/* Forgets everything: another stream begins. */
void window_clear(struct window *w);

/* Stream offset behind the last byte. */
static inline uint64_t window_end(const struct window *w)
{
	return w->base + w->len;
}

/* The byte at a stream offset, which must be in the window. */
static inline const char *window_at(const struct window *w, uint64_t offset)
{
	return w->data + (offset - w->base);
}

/* Are these the same byte of the ring, in the same mapping or in the other? */
static inline bool window_same_place(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;

	return (x > y ? x - y : y - x) % WINDOW_SIZE == 0;
}

/*
 * Slides the window, sets *at to the place for the next bytes, and returns how many
 * fit there: at least WINDOW_LINE_MAX. keep_from is the stream offset of the first
 * byte that was not handed out as part of a whole line; it stays in the window, and
 * so do WINDOW_KEEP bytes before it. Pointers into the window become invalid,
 * offsets do not.
 */
size_t window_room(struct window *w, uint64_t keep_from, char **at);

/*
 * Adds len bytes that were written at window_room()'s place. newlines: the newlines
 * in them, borrowed until the next call or window_shrink(); NULL if not known.
 */
void window_grow(struct window *w, size_t len, const struct newline_index *newlines);

/* Drops the last len bytes: a line that will never be complete. */
void window_shrink(struct window *w, size_t len);

#endif
