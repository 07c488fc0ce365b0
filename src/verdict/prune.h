/*
 * Takes away what is older than a time, in many short transactions, so that
 * others who read or write the trail are not kept waiting. What stays means
 * what it meant before:
 *
 *   - a tool run and the calls that belong to it go together, once all of them
 *     are older;
 *   - the last self-test of each host stays, and each that reached into the time
 *     that is kept, with everything that was recorded meanwhile: judged anew, it
 *     gives the verdict that it gave;
 *   - of each cell the change that says since when it stands as it does stays,
 *     and the event that explains it; of each host the bare row of one older
 *     self-test, from which on changes are looked for;
 *   - hosts, claims and positions in files stay.
 *
 * The trail remembers the time, its horizon, and marks of what it removed: those
 * events are not added again, whatever log they come from (store_add()). Others are,
 * whatever their time, and stay as long as those that came when they did. After a kill at any instant the
 * same call comes to the same trail.
 */
#ifndef MODTRAIL_VERDICT_PRUNE_H
#define MODTRAIL_VERDICT_PRUNE_H

#include "trail/store.h"

struct pruning {
	int64_t before_ms;	/* milliseconds since 1970; not after the newest event */
	int64_t now_ms;
	bool dry;		/* only count: nothing is written, STORE_READ will do */
};

struct pruned {
	int64_t events;		/* removed, or to be removed */
	int64_t actions;	/* of these, that were actions of their own */
	int64_t selftests, changes, losses;
	int64_t kept;		/* older events that stay for the reasons above */
};

/*
 * The time of the newest event that the trail knows of, INT64_MIN: it has none. A
 * clock that is far ahead of it says nothing about what is old.
 */
must_check int prune_newest(struct store *s, int64_t *newest_ms, struct error *err);

/*
 * Fills *counts. Outside of a transaction. Hosts that have news are judged
 * first; a dry run does not, and counts as things stand. ERR_TRAIL, ERR_NOMEM:
 * what was removed until then is removed; calling again goes on.
 */
must_check int prune(struct store *s, const struct pruning *how, struct pruned *counts,
		     struct error *err);

#endif
