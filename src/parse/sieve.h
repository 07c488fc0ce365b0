/*
 * The sieve: finds the events that can matter, by bytes and without parsing
 * fields, and collects the records of each whatever other lines lie between them.
 *
 * The id of every line is looked up in a table of recent events, which holds the
 * places of their lines in the window. An event is wanted as soon as one of its
 * lines matters. It is handed out when it is complete (its PROCTITLE or EOE has
 * come, or its type is always alone), when the sieve is flushed, or when its first
 * line is about to leave the window (WINDOW_KEEP bytes). A record that comes later,
 * while the table still has the event, is handed out as another fragment; the
 * store merges fragments. A wrong yes costs time and is mended by decode, a wrong
 * no is a bug.
 *
 * Lines that matter (sieve_rules_match): SYSCALL lines of the module calls on any
 * architecture, of an exec that names *mod* (kmod, insmod, modprobe ... plain
 * or in the kernel's hex), or with a wanted key; EXECVE lines that name one;
 * KERN_MODULE, CONFIG_CHANGE, KERNEL, DAEMON_*; user records with the marker
 * "modtrail". The key alone never decides.
 *
 * Bounds: an event leaves the table at the first line that begins more than
 * WINDOW_KEEP bytes behind its own first line, wherever the feeds were cut; a
 * fragment has at most SIEVE_RECORDS_MAX records. An event that exceeds a bound is
 * handed out in several fragments and counted. SIEVE_LINES and SIEVE_EVENTS are more
 * than WINDOW_KEEP bytes can hold. No allocation after sieve_new().
 */
#ifndef MODTRAIL_PARSE_SIEVE_H
#define MODTRAIL_PARSE_SIEVE_H

#include "base/error.h"
#include "model/machine.h"
#include "parse/serials.h"
#include "read/record_head.h"

#include <stdbool.h>

#define SIEVE_LINES 65536u
#define SIEVE_EVENTS 65536u
#define SIEVE_RECORDS_MAX 4096u
#define SIEVE_RESTS ((size_t)1 << 16)

/* A fragment of an event: some or all of its records, in the order of their lines. */
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
	 * Events in the first SIEVE_RESTS bytes of the stream are wanted: their first
	 * records may have been read elsewhere.
	 */
	bool rests;
	const char *const *keys;	/* wanted keys, NULL-ended; borrowed until sieve_free() */
	sieve_emit_fn *emit;
	void *arg;
	struct serials *serials;	/* gets the serial of each kernel event; borrowed; may be NULL */
};

struct sieve_counts {
	uint64_t lines, bytes;	/* seen */
	uint64_t events;	/* handed out, fragments counted once each */
	/* lines that are no records, or (LINE_JOINED) of which only the first was taken; [LINE_OK] stays 0 */
	uint64_t faults[LINE_FAULT_COUNT];
	uint64_t first_fault[LINE_FAULT_COUNT];	/* stream offset of the first, valid if faults > 0 */
	uint64_t split;		/* wanted events handed out because a bound was reached */
};

struct sieve;
struct window;

/* Returns NULL when out of memory. */
struct sieve *sieve_new(const struct sieve_options *options);
void sieve_free(struct sieve *s);

/*
 * Takes len bytes of whole lines at stream offset at of the window, not before the
 * end of the last feed. Calls emit for each event that becomes complete. Returns 0,
 * or the error of emit; the rest of the bytes is then not looked at.
 */
must_check int sieve_feed(struct sieve *s, const struct window *w, uint64_t at, size_t len,
			  struct error *err);

/*
 * Hands out all wanted events that were not handed out yet, complete or not. They
 * stay in the table, so that later records find their event: the next fragment of
 * it repeats the lines of this one.
 */
must_check int sieve_flush(struct sieve *s, const struct window *w, struct error *err);

/*
 * The stream offset at which a later reader must begin so that no event loses a
 * record: the first line of the oldest event that is not complete, or the end of the
 * last feed if there is none.
 */
uint64_t sieve_safe(const struct sieve *s);

/* The counts since sieve_new() or the last sieve_take_counts(), which sets them to 0. */
const struct sieve_counts *sieve_counts(const struct sieve *s);
struct sieve_counts sieve_take_counts(struct sieve *s);

/* Can this line matter by itself? Pure; fields as record_head_parse() found them. */
bool sieve_rules_match(const struct record_head *line, const char *const *keys);

/* Which call is a SYSCALL line of? False: it cannot be told. Pure. */
bool sieve_rules_call(const struct record_head *line, struct machine_call *call);

#endif
