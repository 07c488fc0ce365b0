/*
 * Verdicts: claims x probes x sightings. Pure: plain rows in, plain rows out,
 * for one run of one host. The same code judges the local self-test and a
 * collector's trail.
 *
 * A probe counts only if its markers were written by one process with uid 0
 * (the kernel's word; verdict/marker_collect.h sees to that), and its sighting fits pid, time,
 * actor and mechanism, and the nonce where there is one: a forged marker
 * proves nothing.
 *
 * A cell is proven only if every act that counts for it was seen. Acts that
 * failed (nonce probes are meant to) do not count where the rule asks for
 * success, and those of the self-test's own program do not where a rule names
 * that: what is recorded of it is not recorded of others.
 */
#ifndef MODTRAIL_VERDICT_VERIFY_H
#define MODTRAIL_VERDICT_VERIFY_H

#include "model/selftest_run.h"

/* An event of the trail that may be what a probe left: a module call or a run of kmod. */
struct sighting {
	int64_t time_ms;
	int64_t event_id;	/* evidence */
	int64_t pid, auid;
	enum module_call call;	/* CALL_NONE: an exec */
	enum abi abi;
	struct bytes tool, module, keys;	/* keys joined by KEY_SEPARATOR; data NULL: none */
	bool success;
};

/* What is known of losses in the time of the run. */
struct loss_span {
	bool lost;		/* records are known to be missing there */
	struct facts facts;	/* which */
};

/* Why a run may not speak for its host: nothing is proven by it. */
struct doubt {
	bool any;
	struct facts facts;
};

struct evidence {
	struct selftest_run run;
	bool markers;		/* begin and end arrived */
	struct doubt doubt;
	bool went_on;		/* after the last marker, others' records did: the delivery is not broken */
	const struct claim *claims;	/* at most one a cell */
	size_t claim_count;
	const struct probe *probes;
	size_t probe_count;
	const struct sighting *sightings;	/* by time */
	size_t sighting_count;
	struct loss_span loss;
	bool changed;		/* rules were, while the run was under way: unseen acts say nothing */
	struct delivery_state delivery;
	const char *const *keys;	/* wanted, NULL-ended */
};

/*
 * A cell that nothing claims and nobody exercised is UNTESTED with claimed
 * false: there is nothing to say about it.
 */
struct judged {
	struct cell cell;
	bool claimed, exercised;
	bool seen;		/* every act that counts was, under whatever key */
	enum verdict verdict;
	enum stage stage;
	enum reason reason;
	const struct claim *claim;	/* NULL: none */
	enum loader loader;		/* of the host's rules */
	bool locked;		/* the kernel's rules: only a boot changes them (-e 2) */
	int64_t event_id;	/* of the first sighting; 0: none */
	unsigned probes, probes_seen;	/* acts that count, and those seen */
	char seen_keys[128];	/* joined by ','; cut if there are more */
	struct facts facts;	/* of the delivery or the loss, else the claim's */
};

/* Judges every cell: out[mechanism * ACTOR_COUNT + actor]. */
void verify(const struct evidence *e, struct judged out[CELLS]);

/*
 * What mends a judged cell, as text that can be pasted into a root shell;
 * lines that are no commands begin with '#'. key: the first wanted key.
 * Empty for cells that need nothing, and where nothing but an explanation can
 * be given it is a comment. Returns its length; cut if size is too small.
 */
size_t remedy_text(const struct judged *j, const char *key, char *out, size_t size);

#endif
