/*
 * What the rules of a host promise, cell by cell, before anything is tried: by
 * the files, which say what is meant, and by the kernel's list, which decides.
 * The one answer for `rules`, for the claims of a self-test and for those of
 * rule files that are kept elsewhere. Pure.
 */
#ifndef MODTRAIL_RULES_PROMISE_H
#define MODTRAIL_RULES_PROMISE_H

#include "model/selftest_run.h"
#include "rules/predict.h"

/* files and kernel may be the same: rules that are looked at as if they were loaded. */
struct claim_source {
	const struct ruleset *files, *kernel;
	const struct host_facts *host;
	const char *const *keys;	/* wanted, NULL-ended */
	const bool *by_kmod;		/* by mechanism: which calls kmod makes; NULL: all of 64 bits */
	struct file_id self;		/* the program that makes calls itself; ino 0: none */
};

struct promise {
	struct cell cell;
	bool possible;			/* on this host; else the rest is zero */
	bool claimed;			/* a rule means to cover it, or records it under a wanted key */
	enum claim_scope scope;		/* whose acts p is about: of those that count, the worst */
	const struct rule *claim;	/* that means to cover it: in the kernel, else in files; NULL */
	const struct rule *absent;	/* would help, but is not in the kernel: p.reason says why; NULL */
	struct prediction p;		/* by the kernel's list */
};

void promise_make(struct promise *out, struct cell cell, const struct claim_source *from);

/* The same as a claim: texts in the place of rules. */
void claim_make(struct claim *out, struct cell cell, const struct claim_source *from);

/* What the text of rules means to cover, whether or not it is loaded: false if it is not this cell. */
bool claim_of_files(struct claim *out, struct cell cell, const struct claim_source *from);

#endif
