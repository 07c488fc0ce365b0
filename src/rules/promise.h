/*
 * What the rules of a host promise, cell by cell, before anything is tried: by
 * the files, which say what is meant, and by the kernel's list, which decides.
 * Pure.
 */
#ifndef MODTRAIL_RULES_PROMISE_H
#define MODTRAIL_RULES_PROMISE_H

#include "model/selftest_run.h"
#include "rules/predict.h"

struct claim_source {
	const struct ruleset *files, *kernel;
	const struct host_facts *host;
	const char *const *keys;	/* wanted, NULL-ended */
	const bool *by_kmod;		/* by mechanism: which calls kmod makes; NULL: all of 64 bits */
	struct file_id self;		/* the program that makes calls itself; ino 0: none */
};

void claim_make(struct claim *out, struct cell cell, const struct claim_source *from);

#endif
