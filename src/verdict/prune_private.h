/*
 * Shared by the files of prune, and by nobody else.
 *
 * verdict/prune_host.c  what is kept of each host: its self-tests, and what belongs to them
 * verdict/prune.c       the order of things, whose turn it is, and events
 */
#ifndef MODTRAIL_VERDICT_PRUNE_PRIVATE_H
#define MODTRAIL_VERDICT_PRUNE_PRIVATE_H

#include "model/selftest_run.h"
#include "verdict/prune.h"

#define PRUNE_BATCH 500		/* rows that are looked at in one go */

/* A self-test that stays, with what was recorded from its first to its last marker. */
struct span {
	int64_t host_id, from_ms, to_ms;
	char run[RUN_ID];
};

/* A row of prune-runs.sql. */
struct old_run {
	char id[RUN_ID];
	bool told, last;
	int64_t first_ms, last_ms;
};

/* A row of prune-events.sql. */
struct old_event {
	int64_t id, host_id, time_ms;
	int64_t run;		/* 0: none */
	bool action, stays;
};

/* Large: on the heap. */
struct prune {
	struct store *store;
	const struct pruning *how;
	struct pruned *counts;

	int64_t *hosts;
	size_t host_count, host_cap;
	struct span *spans;	/* by host */
	size_t span_count, span_cap;
	struct old_run runs[PRUNE_BATCH];
	struct old_event events[PRUNE_BATCH];

	bool in_turn;
	int64_t turn_ms;
	struct { int64_t run, first_ms, last_ms; } group;	/* the one looked up last */
};

/* The statement, ready to be bound; NULL with err filled. */
struct query *prune_ask(struct prune *p, enum statement id, struct error *err);

/* Deletes or changes the rows that q, which is bound, means. q NULL: err is filled already. */
must_check int prune_delete(struct prune *p, struct query *q, struct error *err);

/* Between two rows, with no statement open: lets others in if it is time to. */
must_check int prune_share_turn(struct prune *p, struct error *err);

/* Fills spans, host by host. The self-tests that do not stay are to be judged no more. */
must_check int prune_sort_runs(struct prune *p, struct error *err);

/* Does a self-test that stays touch this stretch of time? */
bool prune_is_in_span(const struct prune *p, int64_t host_id, int64_t from_ms, int64_t to_ms);

/* Takes away what is told of each host: judgements, notes, changes, losses, runs of serials. */
must_check int prune_hosts(struct prune *p, struct error *err);

#endif
