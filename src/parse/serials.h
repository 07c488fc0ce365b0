/*
 * Which serials of the kernel were seen, so that those which were not can be
 * told. Pure.
 *
 * A run is what was seen without a hole: serials first to last of one boot of
 * one host, and the time that they span. Runs are not made by the order of a
 * log but by what is in it:
 *
 * - two that share a serial and a moment are one, for a serial comes once in a
 *   boot, with one time;
 * - two that touch (first is last + 1) are one if the second follows within a
 *   moment. After a pause, it may be of another boot which happens to be there:
 *   then they are one only if nothing newer than the first was known.
 *
 * What is joined joins more, never less, so what the runs of a set of events
 * hold is the same in whatever order, pieces and number of times it is read;
 * only where a pause lies there may be two for one, with no hole. They are
 * joined here as far as they are at hand, and by the store for good (serial_run
 * in sql/migration). A hole between two runs of a boot is a gap; a file that is
 * read later and has the events fills it.
 *
 * - Processors write in each other's way, so serials step back by dozens; such
 *   a hole closes within a few lines.
 * - A boot begins anew at 1. It shares serials with the boot before but no
 *   moment, so it makes runs of its own. What a boot has before the first serial
 *   that was seen is no gap if auditd began there: nobody knows what was before.
 * - A call has the time of its entry, and a serial when it returns: one that
 *   waited for hours is older than its neighbours. It counts as of the moment
 *   when the log had it.
 * - DAEMON_* have another sequence (auditd's own) and do not belong here, nor do
 *   serials that no kernel gives: 0 and above 2^32-1.
 *
 * Bounds: SERIALS_HOSTS hosts and SERIALS_RUNS runs are in memory. When they
 * are many, serials_is_full() says so; putting them then empties it, and the
 * store joins what comes. So a collector of any number of hosts is right, and
 * slower beyond thousands of them. Hosts with a name above SERIALS_NAME_MAX
 * bytes, longer than any that exists, are left out.
 *
 * What no serial tells: records that the kernel refused (its lost counter
 * does), what comes before and after all that was read, the end of a boot, and a
 * boot of which nothing was read. A boot of fewer events than the next one's first
 * serial looks like a gap in front of it. A clock that is set back may hide a gap, or
 * show one that is none until the clock has caught up.
 */
#ifndef MODTRAIL_PARSE_SERIALS_H
#define MODTRAIL_PARSE_SERIALS_H

#include "base/error.h"
#include "base/util.h"

#include <stdbool.h>

#define SERIALS_MAX UINT32_MAX
#define SERIALS_NAME_MAX 255
#define SERIALS_HOSTS 40960u
#define SERIALS_RUNS 32768u
/* At most so many bytes of log may pass between two looks at serials_is_full(). */
#define SERIALS_FEED ((size_t)3 << 18)

struct serial_run {
	int64_t first, last;	/* 1 to SERIALS_MAX */
	int64_t from_ms, to_ms;	/* the oldest time in it, and the latest when the log had it */
};

enum serial_tie {
	SERIAL_APART,
	SERIAL_ONE,	/* they are one */
	SERIAL_NEXT,	/* fresh follows after a pause: they are one if known is the host's newest */
};
enum serial_tie serial_run_tie(const struct serial_run *known, const struct serial_run *fresh);

/* into becomes both. */
void serial_run_unite(struct serial_run *into, const struct serial_run *other);

struct serials;

/* NULL: out of memory. */
struct serials *serials_new(void);
void serials_free(struct serials *s);

/*
 * An event was seen. node: as its records have it; data NULL: none. The same
 * event may be told any number of times.
 */
void serials_add(struct serials *s, struct bytes node, int64_t time_ms, uint64_t serial);

/* What follows lies in another place of the log: its times say nothing about those before. */
void serials_elsewhere(struct serials *s);

/* Forgets everything, as if new. */
void serials_clear(struct serials *s);

bool serials_is_full(const struct serials *s);

/*
 * Hands out what changed since the last time, host by host; 0, or what put
 * returned. Runs that a host may go on with are kept and handed out again when
 * they have grown: they join their own former state.
 */
typedef int serials_put_fn(void *arg, struct bytes node, const struct serial_run *runs,
			   size_t count, struct error *err);
must_check int serials_put(struct serials *s, serials_put_fn *put, void *arg, struct error *err);

#endif
