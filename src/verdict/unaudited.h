/*
 * Processes that are never recorded, though the rules are right by now: a rule
 * of the task list forbade it when they were forked, and was removed later. The
 * kernel tells of neither. But the trail has when such rules came and went, as
 * far as it was read, and /proc has when each process was started.
 */
#ifndef MODTRAIL_VERDICT_UNAUDITED_H
#define MODTRAIL_VERDICT_UNAUDITED_H

#include "selftest/process.h"
#include "trail/store.h"

#define UNHEARD_SPANS 16

/* Spans in which rules of the task list were loaded, and removed again. Zeroed: none. */
struct unaudited {
	struct tick_span span[UNHEARD_SPANS];
	size_t count;
	unsigned loaded;	/* rules, after the last change */
	uint64_t since;		/* of the first of these */
};

/*
 * Takes the next change, in their order. One that was removed and never added
 * was there from the boot. Beyond UNHEARD_SPANS the last span grows.
 */
void unaudited_change(struct unaudited *u, bool added, uint64_t tick);

/* Finds them by what the trail has of this boot of host, which is this machine. ERR_TRAIL. */
must_check int unaudited_find(struct processes *out, struct store *s, const char *host,
			      struct error *err);

#endif
