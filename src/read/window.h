/*
 * The bytes of the log that are in memory: one buffer that slides over the
 * stream of everything a source hands out.
 *
 * It is a ring that lies in memory twice, the second copy right behind the
 * first: what wraps around is in one piece all the same, and nothing is moved
 * when the window slides.
 *
 * A stream offset counts those bytes from the first one, over all files. The
 * source reads into the window, the sieve looks back in it, and nothing is
 * copied between them.
 *
 * Invariant: while the sieve works on a chunk that starts at stream offset S,
 * every byte from S - WINDOW_KEEP on (or from 0) is in the window.
 */
#ifndef MODTRAIL_READ_WINDOW_H
#define MODTRAIL_READ_WINDOW_H

#include "base/util.h"

#include <stdbool.h>

/* How far back a record may be looked up: the bound of an event's spread. */
#define WINDOW_KEEP ((size_t)1 << 20)
/* The longest line: far above the 8970 bytes of libaudit's MAX_AUDIT_MESSAGE_LENGTH. */
#define WINDOW_LINE_MAX ((size_t)1 << 18)
/*
 * Room for a line and four reads behind that: one to look at, three under way
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

/* Are these one place of the ring, seen in the same copy or in the other? */
static inline bool window_same_place(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;

	return (x > y ? x - y : y - x) % WINDOW_SIZE == 0;
}

/*
 * Where the next bytes may be put, and how many: at least WINDOW_LINE_MAX.
 * Slides; keep_from is the stream offset of the first byte that has
 * not been handed out as part of a whole line yet, and WINDOW_KEEP bytes
 * before it stay. Pointers into the window die here; offsets do not.
 */
size_t window_room(struct window *w, uint64_t keep_from, char **at);

/*
 * Takes len bytes, written at window_room()'s place, into the window. newlines: where
 * lines end in them, borrowed until the next call or window_shrink(); NULL if
 * nobody has looked yet.
 */
void window_grow(struct window *w, size_t len, const struct newline_index *newlines);

/* Drops the last len bytes again: a line that will never be whole. */
void window_shrink(struct window *w, size_t len);

#endif
