/*
 * Reads sources into the trail:
 *
 *   source --chunks--> sieve --fragments--> records --set--> decode --event--> store
 *
 * A batch of events and the source positions behind them are one transaction. A
 * position is never ahead of the events before it, and bytes that are read again
 * change nothing. So a kill at any instant costs time only.
 */
#ifndef MODTRAIL_INGEST_INGEST_H
#define MODTRAIL_INGEST_INGEST_H

#include "base/error.h"
#include "read/record_head.h"
#include "trail/store.h"

#include <signal.h>
#include <stdbool.h>

struct ingest_counts {
	uint64_t files, lines, bytes;
	uint64_t events_new;		/* events that were not in the trail */
	uint64_t events_merged;		/* known events that gained records */
	uint64_t events_pruned;		/* left out: older than what the trail was pruned to */
	uint64_t faults[LINE_FAULT_COUNT];
	uint64_t too_long;		/* lines beyond WINDOW_LINE_MAX, skipped */
	uint64_t refused;		/* events that libauparse could not read */
	uint64_t records_dropped;	/* records beyond the bounds of one event */
	uint64_t tails, tail_bytes;	/* last lines without newline, left for next time */
	char first_fault[512];		/* "PATH:OFFSET" of the first line that could not be read */
	char first_tail[512];
	char first_joined[512];		/* the first LINE_JOINED, which first_fault is not */
};

struct ingest_options {
	struct store *store;
	const char *const *keys;	/* wanted keys, NULL-ended; borrowed */
	bool all;			/* --no-sieve */
	bool follow;
	int login_helper;	/* of login_helper_start(), borrowed; 0: no helper */
	/* Set by a handler of SIGINT or SIGTERM: commits what was read, and ends. May be NULL. */
	const volatile sig_atomic_t *stop;
	/* With follow, when the log does not exist yet, a file cannot be read, or was lost before it was. May be NULL. */
	void (*warn)(void *arg, const struct error *what);
	/* Called about ten times a second while reading; remaining is -1 if unknown. May be NULL. */
	void (*progress)(void *arg, const struct ingest_counts *counts, int64_t remaining);
	void *arg;
};

struct ingest;

must_check int ingest_new(struct ingest **out, const struct ingest_options *options,
			  struct error *err);
void ingest_free(struct ingest *in);

/*
 * Reads one source (see source_open()) into the trail. host is the machine of records
 * without node=. local: the log is this machine's own, so login ids without a name
 * may be looked up on it.
 *
 * Returns 0 at the end of the source or when *stop was set; ERR_INPUT for a source
 * that cannot be read, is empty, or holds no audit record at all. If some files of a
 * set cannot be read, the others are read all the same. ERR_TRAIL or ERR_NOMEM: the
 * current batch is not in the trail; the next run resumes after the one before it.
 */
must_check int ingest_source(struct ingest *in, const char *path, const char *host, bool local,
			     struct error *err);

const struct ingest_counts *ingest_counts(const struct ingest *in);

#endif
