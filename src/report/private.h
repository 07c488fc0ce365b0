/*
 * Shared by the files of verdict_query, and by nobody else.
 *
 * report/verdict.c       rows of the trail, numbers, the summary line
 * report/verdict_text.c  for people
 * report/verdict_data.c  for programs
 */
#ifndef MODTRAIL_REPORT_PRIVATE_H
#define MODTRAIL_REPORT_PRIVATE_H

#include "model/selftest_run.h"
#include "model/signature.h"
#include "report/verdict.h"

#include "verdict/verify.h"

/* Texts of a cell; NULL where there is none. */
enum told_text {
	TOLD_KEYS, TOLD_RULE, TOLD_PLACE, TOLD_DETAIL, TOLD_REMEDY, TOLD_EVENT,
	/* for programs only */
	TOLD_FOR_PROGRAMS,
	TOLD_FILE = TOLD_FOR_PROGRAMS, TOLD_FIELD, TOLD_VALUE, TOLD_PATH, TOLD_OTHER_RULE,
	TOLD_OTHER_FILE, TOLD_FAULT, TOLD_TEXTS
};

struct reported_cell {
	struct cell cell;
	enum verdict verdict;
	enum reason reason;
	enum stage stage;
	bool claimed;
	bool is_unsigned;	/* as nobody signed the self-test that it is from */
	int source;		/* of the claim, as stored; -1: none */
	enum expect expect;
	int64_t probes, seen;
	int64_t evidence, checked_ms, since_ms, event_ms;	/* 0: none */
	int64_t line, other_line, amount;	/* NUM_NONE: none */
	char *text[TOLD_TEXTS];	/* owned */
};

/* The last self-test that does not count, if it is later than the last that does; id NULL: none. */
struct refused_run {
	struct bytes id, key;	/* data NULL: none */
	int64_t begun_ms;
	int signature;
};

struct reported_host {
	int64_t id;
	struct bytes name, run, caveats;	/* data NULL: none; borrowed from the query */
	int64_t begun_ms, ended_ms;	/* 0: unknown */
	int64_t marked_ms;	/* when a self-test began of which none was judged yet; 0: none */
	int64_t acts, acts_missing, claims, claims_missing;	/* of the self-test: what did not arrive */
	enum check status;
	int signature;		/* of that run: enum signature; -1: none arrived, or no run */
	struct refused_run refused;
	struct reported_cell cell[CELLS];
	size_t cell_count;
};

/* For each host, the worst first. The host is valid during the call. */
typedef int report_host_fn(void *arg, struct reported_host *host, struct error *err);
must_check int report_each_host(struct store *s, const struct verdict_query *what,
				report_host_fn *fn, void *arg, struct error *err);

/*
 * Asks q (tell-losses.sql) what is missing on the host since its last self-test
 * began, or at all if there is none. Returns how many losses, *kinds naming them
 * (borrowed from q until it is asked again); or a negative enum err.
 */
must_check int64_t report_losses(struct query *q, const struct reported_host *host,
				 struct bytes *kinds, struct error *err);

/* Prints what did not arrive of self-tests, if anything. */
void print_missing(FILE *out, const char *before, const char *what, int64_t missing, int64_t of,
		   const char *behind);

bool falls_short(enum verdict verdict);

#endif
