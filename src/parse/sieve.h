/*
 * The sieve: which events can matter, decided over bytes without parsing
 * fields, and their records brought together whatever lies between them.
 *
 * Every line's event id is entered into a table of recent events with the
 * places of its lines in the window. Once one line of an event matters, the
 * event is wanted. It is handed out, whole, when it is complete (its
 * PROCTITLE or EOE has come, or its type stands alone), when the sieve is
 * flushed, or when its first line is about to leave the window (WINDOW_KEEP
 * bytes). A record that comes later still makes a fragment of its own, as long as
 * the window remembers the event; fragments are merged by the store. A wrong yes
 * costs time, a wrong no is a bug: decode has the last word.
 *
 * What matters (sieve_rules_match): SYSCALL lines of the module calls on any
 * architecture, of an exec that names *mod* (kmod, insmod, modprobe ... plain
 * or in the kernel's hex), or with a wanted key; EXECVE lines that name one;
 * KERN_MODULE, CONFIG_CHANGE, KERNEL, DAEMON_*; user records with the marker
 * "modtrail". The key alone never decides.
 *
 * Bounds: an event is forgotten at the first line that begins more than
 * WINDOW_KEEP bytes behind its own first line, wherever the feeds were cut; a
 * fragment has at most SIEVE_RECORDS_MAX records. What exceeds one is handed out
 * in several fragments and counted. SIEVE_LINES and SIEVE_EVENTS are more than
 * WINDOW_KEEP bytes can hold. No allocation after sieve_new().
 */
#ifndef MODTRAIL_PARSE_SIEVE_H
#define MODTRAIL_PARSE_SIEVE_H

#include "base/error.h"
#include "parse/serials.h"
#include "read/record_head.h"

#include <stdbool.h>

#define SIEVE_LINES 65536u
#define SIEVE_EVENTS 65536u
#define SIEVE_RECORDS_MAX 4096u
#define SIEVE_RESTS ((size_t)1 << 16)

/* A fragment of an event: lines of its records, in the order they came. */
struct fragment {
	struct bytes node;	/* len 0: the records name no node */
	int64_t time_ms;
	uint64_t serial;
	bool daemon;
	const struct bytes *lines;	/* as line.text: no newline, no CR */
	size_t count;		/* at least 1 */
};

/*
 * Takes one fragment of one event, valid during the call only. Returns 0, or a
 * negative enum err that sieve_feed() or sieve_flush() then returns.
 */
typedef int sieve_emit_fn(void *arg, const struct fragment *fragment, struct error *err);

struct sieve_options {
	bool all;		/* --no-sieve: every event is wanted */
	/*
	 * What begins in the first SIEVE_RESTS bytes of the stream is wanted: it may be the
	 * rest of an event whose beginning was read elsewhere.
	 */
	bool rests;
	const char *const *keys;	/* wanted keys, NULL-ended; borrowed until sieve_free() */
	sieve_emit_fn *emit;
	void *arg;
	struct serials *serials;	/* is told of each event of the kernel; borrowed; may be NULL */
};

struct sieve_counts {
	uint64_t lines, bytes;	/* seen */
	uint64_t events;	/* handed out, fragments counted once each */
	uint64_t faults[LINE_FAULT_COUNT];	/* lines that are no records; [LINE_OK] stays 0 */
	uint64_t first_fault[LINE_FAULT_COUNT];	/* stream offset of the first, valid if faults > 0 */
	uint64_t split;		/* wanted events handed out because a bound was reached */
};

struct sieve;
struct window;

/* Returns NULL when out of memory. */
struct sieve *sieve_new(const struct sieve_options *options);
void sieve_free(struct sieve *s);

/*
 * Takes len bytes of whole lines at stream offset at of the window, not before
 * the end of what was fed. Calls emit for each event that is complete by then.
 * Returns 0 or what emit returned; the rest of the chunk is then not looked at.
 */
must_check int sieve_feed(struct sieve *s, const struct window *w, uint64_t at, size_t len,
			  struct error *err);

/*
 * Hands out what is wanted and not handed out yet, complete or not. The table
 * remembers all events, so that later records still find theirs: the next
 * fragment of an event has the lines of this one, too.
 */
must_check int sieve_flush(struct sieve *s, const struct window *w, struct error *err);

/*
 * Stream offset of the first line of the oldest event that is not complete, or
 * of the end of what was fed if there is none: where a reader that starts anew
 * must begin so that no event loses a record.
 */
uint64_t sieve_safe(const struct sieve *s);

/* Counted since sieve_new(), or since they were taken: taking begins anew. */
const struct sieve_counts *sieve_counts(const struct sieve *s);
struct sieve_counts sieve_take_counts(struct sieve *s);

/* May this line matter by itself? Pure; fields as record_head_parse() found them. */
bool sieve_rules_match(const struct record_head *line, const char *const *keys);

#endif
