/*
 * Tells what was judged: one summary line as monitoring checks print it, then
 * for each host the matrix of mechanisms and actors, then each cell that falls
 * short with the rule, the reason and what mends it; or the same as data.
 *
 * All of it is read from the trail; the exit status is part of what is told.
 */
#ifndef MODTRAIL_REPORT_VERDICT_H
#define MODTRAIL_REPORT_VERDICT_H

#include "model/cell.h"
#include "trail/store.h"

#include <stdio.h>

struct verdict_query {
	const char *host;	/* NULL: the fleet */
	bool all;		/* hosts where all is proven, too */
	bool accept_unsigned;	/* self-tests of hosts that never signed one are no warning */
};

/* The fleet, or the host, in numbers. */
struct verdict_counts {
	int64_t cells[VERDICT_COUNT];
	int64_t hosts, judged;	/* in the trail; with cells */
	int64_t short_hosts;	/* where something falls short, or may: those that are cut, too */
	int64_t barren;		/* of whose cells none applies: nothing is proven */
	int64_t endless, empty;	/* without cells: the last self-test has no end; or has one, and nothing in it */
	int64_t unjudged;	/* without cells: no self-test was judged yet */
	int64_t doubted;	/* which nobody signed, or somebody else did later */
	int64_t cut;		/* whose last self-test did not arrive as a whole */
	int64_t cut_endless;	/* of these: it has no end */
	int64_t acts, acts_missing;	/* of those self-tests that lack some */
	int64_t claims, claims_missing;	/* the same */
};
must_check int report_count(struct verdict_counts *t, struct store *s,
			    const struct verdict_query *what, struct error *err);
/*
 * As of the worst host; one that is doubted, or cut, is a WARNING at best. One of which nothing is proven is
 * UNKNOWN, which is worse than OK only.
 */
enum check verdict_counts_check(const struct verdict_counts *t);

/* Each prints to out, and returns 0, or what went wrong in the trail. */
must_check int report_summary(FILE *out, struct store *s, const struct verdict_counts *t,
			      const struct verdict_query *what, struct error *err);
must_check int report_text(FILE *out, struct store *s, const struct verdict_query *what,
			   struct error *err);
must_check int report_json(FILE *out, struct store *s, const struct verdict_counts *t,
			   const struct verdict_query *what, struct error *err);
/* In the text format of Prometheus; of all hosts. */
must_check int report_metrics(FILE *out, struct store *s, const struct verdict_counts *t,
			      const struct verdict_query *what, struct error *err);

#endif
