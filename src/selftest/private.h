/*
 * What selftest/selftest.c, plan.c and probe_spec.c share.
 */
#ifndef MODTRAIL_SELFTEST_PRIVATE_H
#define MODTRAIL_SELFTEST_PRIVATE_H

#include "selftest/probe.h"
#include "selftest/selftest.h"

/* Fills t->specs and t->run.probes anew from t->options.actor, t->claims and t->load. */
void selftest_plan_probes(struct selftest *t);

/*
 * Where login ids are fixed one can only act as who one is, unless nobody has logged in yet:
 * takes the others off t->options.actor, with a caveat.
 */
void selftest_leave_out_actors(struct selftest *t);

/*
 * Was this call of ours refused by a seccomp filter? Then audit has not seen it, which says
 * nothing about the rules. result: as of probe_act(). Told once, as a caveat.
 */
bool selftest_is_refused(struct selftest *t, const struct probe_spec *spec, int result);

/* Takes the lock, and undoes what a run before this one left when it was killed. */
must_check int selftest_clean_up(struct selftest *t, struct error *err);

/* Where the tool of a cell is; NULL for a cell that is a call, or if there is none. */
const char *selftest_tool(const struct selftest *t, struct cell cell);

/* What the child of a spec is to do, with this nonce; *action points into itself and into t. */
void selftest_fill(const struct selftest *t, const struct probe_spec *spec, const char *nonce,
		   struct probe_action *action);

/* Is it what a call of ours fails with once the kernel has taken it? */
bool selftest_is_foreseen(const struct probe_spec *spec, int result);

#endif
