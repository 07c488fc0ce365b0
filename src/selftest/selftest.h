/*
 * One self-test of this host: says into the audit stream what the rules
 * promise, then does what they promise to record, once for every way and every
 * actor. What came of it is to be seen in the log, by verify.
 *
 * The host is left as it was found: no rule is touched, no module is unloaded
 * that was loaded before, and what a killed run left is undone by the next.
 */
#ifndef MODTRAIL_SELFTEST_SELFTEST_H
#define MODTRAIL_SELFTEST_SELFTEST_H

#include "model/selftest_run.h"
#include "model/signature.h"
#include "selftest/kmod_modules.h"
#include "selftest/preflight.h"

#include <signal.h>

#define SELFTEST_PROBES 64
#define SELFTEST_CAVEATS 24

struct selftest;

struct selftest_options {
	const char *const *keys;	/* wanted, NULL-ended; borrowed */
	bool actor[ACTOR_COUNT];	/* whom to act as */
	bool no_load;			/* nothing real */
	bool dry_run;			/* selftest_plan() only */
	const char *module;		/* NULL: one is chosen */
	const struct signing_key *key;	/* of this host; borrowed; not for a dry run */
	const char *folder;		/* for what must be undone: LOCKFILE_FOLDER */
	const volatile sig_atomic_t *stop;	/* set by a signal handler; may be NULL */
	/* When all acts are done: for selftest_caveat(). What it returns below 0 ends the run. */
	int (*acted)(struct selftest *t, void *arg, struct error *err);	/* may be NULL */
	void *arg;
};

enum probe_kind {
	/* for real, in this order: modprobe, rmmod, insmod, modprobe -r */
	PROBE_LOAD, PROBE_RMMOD, PROBE_INSMOD, PROBE_UNLOAD,
	/* tools that are asked for what does not exist */
	PROBE_MODPROBE_NOTHING, PROBE_RMMOD_NOTHING, PROBE_INSMOD_NOTHING,
	PROBE_CALL,			/* a call that cannot succeed; see selftest/probe.h */
};

/* One act that is planned. */
struct probe_spec {
	enum probe_kind kind;
	struct cell cell[2];
	unsigned cells;
};

struct selftest {
	struct selftest_options options;
	struct preflight preflight;
	struct selftest_run run;
	struct claim claims[CELLS];	/* [mechanism * ACTOR_COUNT + actor] */
	struct probe_spec specs[SELFTEST_PROBES];
	size_t spec_count;
	bool refused;			/* a filter has kept calls of ours from the kernel: told */
	bool load;			/* the module is loaded and unloaded for real */
	struct test_module module;
	struct probe probes[SELFTEST_PROBES];	/* those that were tried */
	size_t probe_count;
	char caveats[SELFTEST_CAVEATS][RUN_RULE];
	size_t caveat_count;
	struct kernel_status after;
	bool ended;			/* all markers were taken by the kernel */

	int audit, undo;		/* file descriptors: selftest/marker_send.h, selftest/lockfile.h; -1 */
};

/*
 * Takes stock and plans. Touches nothing if it is a dry run; else it takes the
 * lock that keeps others out, and undoes what a killed run left. t is released
 * in any case. ERR_SYSTEM: a self-test is impossible here, or another one is
 * running; ERR_INPUT: the module asked for is unfit.
 */
must_check int selftest_plan(struct selftest *t, const struct selftest_options *options,
			     struct error *err);

/*
 * Does it. When it returns, whatever it returns, nothing of it is loaded and
 * no process of it runs. ERR_INTERRUPTED if *stop was set; ERR_SYSTEM if the
 * kernel takes no markers. Where the kernel has no audit nothing is done, and
 * all is said: t->ended stays false.
 */
must_check int selftest_run(struct selftest *t, struct error *err);

/* Adds what a reader of the verdicts must know; beyond SELFTEST_CAVEATS it is dropped. */
int selftest_caveat(struct selftest *t, struct error *err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void selftest_release(struct selftest *t);

/* "modprobe crc7", "delete_module(modtrail_...) in 32-bit form": nonce NULL for none yet. */
void probe_spec_text(const struct selftest *t, const struct probe_spec *spec, const char *nonce,
		     char *out, size_t size);

#endif
