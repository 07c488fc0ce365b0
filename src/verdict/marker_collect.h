/*
 * Markers, as they lie in the trail, to one run with its claims and probes.
 * Pure. What does not fit is left out: a marker that another process wrote, or
 * one without uid 0 (the kernel's word in the record), proves nothing.
 */
#ifndef MODTRAIL_VERDICT_MARKER_COLLECT_H
#define MODTRAIL_VERDICT_MARKER_COLLECT_H

#include "verdict/verify.h"

#define GATHER_PROBES 256	/* a run has about 40 */
#define GATHER_CAVEATS 8

/* A marker and what the kernel says of it. */
struct written {
	struct bytes text;
	int64_t time_ms, pid, uid;
};

struct collected_run {
	struct selftest_run run;
	bool begun, ended;
	int64_t writer;			/* pid that wrote the first marker; 0: there is none */
	struct claim claims[CELLS];
	size_t claim_count;
	struct probe probes[GATHER_PROBES];
	size_t probe_count;
	char caveats[GATHER_CAVEATS][RUN_RULE];
	size_t caveat_count;
	unsigned refused;		/* markers that do not fit */
};

/* Empty, for the run with this id. */
void marker_collect_init(struct collected_run *g, const char *run);

/* Takes a marker; in the order of time and serial. Of two that say the same, the first counts. */
void marker_collect_add(struct collected_run *g, const struct written *m);

/* What the markers themselves say of losses; loss is left as it is where they say nothing. */
void marker_collect_loss(const struct collected_run *g, struct loss_span *loss);

#endif
