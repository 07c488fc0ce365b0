/*
 * Holds a trail against itself. Everything that was derived is derived again from the
 * records that the trail holds, by the code that reads logs and judges, into a trail
 * beside it, and both are compared: row for row, column for column, whatever tables
 * and columns there are. What cannot be derived from records is taken as it stands
 * (sql/statement/check-*.sql say what).
 */
#ifndef MODTRAIL_VERDICT_CHECK_H
#define MODTRAIL_VERDICT_CHECK_H

#include "trail/store.h"

/* What a difference is about. */
enum difference_kind {
	DIFFERS_FIELD,		/* a field is another than it should be */
	DIFFERS_UNFOUNDED,	/* a row that follows from no record */
	DIFFERS_MISSING,		/* a row that follows from the records and is not there */
	DIFFERS_DELETED,		/* ids that no event has */
	DIFFERS_NEVER_SEEN,	/* an event whose serial was never seen */
	DIFFERS_DIGEST,		/* a day that is not as it was vouched for; field says in what */
	DIFFERS_SCHEMA,		/* a table, index, view or trigger that is not that of a trail */
	DIFFERS_DAMAGE,		/* what SQLite says of pages, indexes, CHECKs and foreign keys */
	DIFFERS_COUNT
};

/* A difference. Texts are borrowed, as they are in the trail; data NULL: NULL, or nothing. */
struct difference {
	enum difference_kind kind;
	struct bytes table;
	int64_t event_id;	/* 0: about no event */
	int64_t until_id;	/* DIFFERS_DELETED: the last of them */
	struct bytes host;
	int64_t time_ms;	/* of the event, or the day; NUM_NONE: none */
	struct bytes row;	/* what else tells the row: "mechanism finit_module.b64, actor root" */
	struct bytes field;
	struct bytes stored, expected;
};

/* 0, or a negative enum err, which ends the check. */
typedef int difference_fn(void *arg, const struct difference *d, struct error *err);

struct checking {
	difference_fn *differs;
	void *arg;
	int64_t now_ms;
};

struct check_counts {
	int64_t events, hosts, differences;
	int64_t looked_up;	/* login names that no record gives: looked up when they were read */
	int64_t unjudged;	/* hosts whose verdicts wait for 'modtrail verify' */
	int64_t vouched;	/* days that are as a digest in the log says */
	int64_t late;		/* of these, that have got more since */
	int64_t pruned;		/* days with a digest that were pruned since */
	int64_t elsewhere;	/* digests about hosts that the trail does not know */
	int64_t horizon_ms;	/* what the trail was pruned to; NUM_NONE: never */
};

/*
 * s: of store_open_scratch(). Calls how->differs for each difference. ERR_TRAIL,
 * ERR_NOMEM, or what differs returned.
 */
must_check int check(struct store *s, const struct checking *how, struct check_counts *counts,
		     struct error *err);

#endif
