/*
 * What selftest.c and selftest_plan.c share.
 */
#ifndef MODTRAIL_SELFTEST_INTERNAL_H
#define MODTRAIL_SELFTEST_INTERNAL_H

#include "selftest.h"

/* Adds what a reader of the verdicts must know; beyond SELFTEST_CAVEATS it is dropped. */
int selftest_caveat(struct selftest *t, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Fills t->steps and t->run.probes anew from t->options.actor, t->claims and t->load. */
void selftest_plan_steps(struct selftest *t);

/* Takes the lock, and undoes what a run before this one left when it was killed. */
must_check int selftest_clean_up(struct selftest *t, struct error *err);

/* Where the tool of a cell is; NULL for a cell that is a call, or if there is none. */
const char *selftest_tool(const struct selftest *t, struct cell cell);

#endif
