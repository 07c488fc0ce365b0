/*
 * Waits for the markers of a self-test on the way that all records take: by
 * reading the log into the trail, again and again. A reader that runs beside
 * does no harm, as what is read twice changes nothing.
 */
#ifndef MODTRAIL_VERDICT_AWAIT_MARKERS_H
#define MODTRAIL_VERDICT_AWAIT_MARKERS_H

#include "selftest/selftest.h"
#include "trail/store.h"

struct arrival {
	bool arrived;			/* the marker that was waited for is in the trail */
	char host[256];			/* as the records name it, else as this host is called */
	struct delivery_state delivery;		/* why not; known if it did not arrive */
};

struct delivery_log;

/*
 * Reads what has come so far, and looks for the run's first marker, without
 * waiting. Returns as markers_await() does; out->delivery is not filled.
 */
must_check int markers_look_for(struct arrival *out, const struct selftest *t, struct store *store,
				const struct delivery_log *before, struct error *err);

/* Waits for the last marker. before: the log before the run. Returns 0, ERR_TRAIL, ERR_NOMEM or ERR_INTERRUPTED. */
must_check int markers_await(struct arrival *out, const struct selftest *t, struct store *store,
			     const struct delivery_log *before, int64_t limit_ms, struct error *err);

#endif
