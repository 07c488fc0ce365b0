/*
 * Which actions are asked for: what people type behind --host, --since and
 * the like, as the parameters of report*.sql.
 */
#ifndef MODTRAIL_REPORT_FILTER_H
#define MODTRAIL_REPORT_FILTER_H

#include "base/error.h"
#include "trail/store.h"

#include <stdbool.h>
#include <stdio.h>

enum filter_field {
	FILTER_HOST,
	FILTER_MODULE,		/* '-' is read as '_' */
	FILTER_LOGIN,		/* a name, a number, or "unset" */
	FILTER_ACTION,
	FILTER_OUTCOME,
	FILTER_TOOL,
	FILTER_ORIGIN,
	FILTER_KEY,
	FILTER_FIELDS
};

struct filter {
	struct patterns {
		FILE *stream;	/* NULL: none given, anything matches */
		char *json;	/* an array; complete after filter_end() */
		size_t len;
	} fields[FILTER_FIELDS];
	int64_t since_ms, until_ms;	/* from and before */
	int64_t limit;			/* the newest so many; -1: all */
	bool newest_first;
	bool selftest;			/* acts of self-tests, too */
};

void filter_init(struct filter *f);
void filter_release(struct filter *f);

/*
 * Adds the values in list, which are separated by commas. '*' and '?' are
 * wild where the values are open; where they are not (action, outcome, origin)
 * an unknown one is ERR_USAGE with a text that names the known ones.
 */
must_check int filter_add(struct filter *f, enum filter_field field, const char *list,
			  struct error *err);

/* Times as in base/timespec.h. */
must_check int filter_since(struct filter *f, const char *text, int64_t now_ms, struct error *err);
must_check int filter_until(struct filter *f, const char *text, int64_t now_ms, struct error *err);
must_check int filter_limit(struct filter *f, const char *text, struct error *err);

/* Call it once all is added: ERR_USAGE for a span that holds no time at all. */
must_check int filter_end(struct filter *f, struct error *err);

/* Binds everything (report.sql), or hosts and span only (report-loss.sql). */
void filter_bind(const struct filter *f, struct query *q);
void filter_bind_span(const struct filter *f, struct query *q);

#endif
