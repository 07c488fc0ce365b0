#include "verdict/private.h"

#include "base/array.h"
#include "sql.h"

#include <stdio.h>
#include <string.h>

#define AHEAD_MAX RUN_TIME_MAX		/* so much may the clocks of host and reader differ */

_Static_assert(CELLS <= 32, "a bit for each cell");

void sources_release(struct sources *s)
{
	free(s->run);
}

static int add_run(struct sources *s, const struct query *q, int64_t now_ms, struct error *err)
{
	struct bytes id = query_text(q, 0);
	struct ordered_run *run;

	if (array_grow(&s->run, &s->capacity, s->count + 1, sizeof(*s->run), err) < 0)
		return ERR_NOMEM;
	run = &s->run[s->count++];
	*run = (struct ordered_run){
		.begun_ms = query_int(q, 1), .serial = query_int(q, 2),
		.cells = (uint32_t)query_int(q, 3), .future = query_int(q, 1) > now_ms + AHEAD_MAX,
	};
	snprintf(run->id, RUN_ID, "%.*s", (int)id.len, id.data);
	return 0;
}

static int read_runs(struct judge *j, struct sources *s, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_order, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	while ((rc = query_step(q, err)) > 0)
		if ((rc = add_run(s, q, j->how->now_ms, err)) < 0)
			return rc;
	return rc;
}

/* By the clock the second is the later, and its serial is lower. Tells which boot that is. */
static int part(struct judge *j, const struct ordered_run *early, struct ordered_run *late,
		struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_boot, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "high", early->serial);
	query_bind_int(q, "low", late->serial);
	query_bind_int(q, "from_ms", early->begun_ms);
	query_bind_int(q, "to_ms", late->begun_ms);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	if (query_int(q, 0) == 0 && query_int(q, 1) != 0)
		return 0;
	late->boot++;
	late->doubtful = query_int(q, 0) == 0;
	return 0;
}

/* The runs are in the order of the clock. */
static int find_boots(struct judge *j, struct sources *s, struct error *err)
{
	int rc;

	for (size_t i = 1; i < s->count; i++) {
		struct ordered_run *run = &s->run[i];

		run->boot = run[-1].boot;
		run->doubtful = run[-1].doubtful;
		if (run->serial < run[-1].serial && (rc = part(j, run - 1, run, err)) < 0)
			return rc;
	}
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct ordered_run *a = left, *b = right;

	if (a->future != b->future)
		return a->future ? -1 : 1;
	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	if (a->serial != b->serial)
		return a->serial < b->serial ? -1 : 1;
	return strcmp(a->id, b->id);
}

static bool says(const struct ordered_run *run, size_t cell)
{
	return (run->cells >> cell & 1) != 0;
}

static size_t last_to_say(const struct sources *s, size_t cell, size_t before)
{
	while (before-- > 0)
		if (says(&s->run[before], cell))
			return before;
	return NO_RUN;
}

/* A run of the boot before, if that may be none, which would be later by its serial. */
static size_t rival_of(const struct sources *s, size_t cell, size_t source, int64_t age_ms)
{
	const struct ordered_run *run = &s->run[source];

	for (size_t i = source; i-- > 0; ) {
		const struct ordered_run *before = &s->run[i];

		if (before->future != run->future || before->begun_ms < run->begun_ms - age_ms ||
		    (before->boot != before[1].boot && !before[1].doubtful))
			return NO_RUN;
		if (before->boot != run->boot && before->serial > run->serial && says(before, cell))
			return i;
	}
	return NO_RUN;
}

int judge_sources(struct judge *j, struct sources *s, struct error *err)
{
	int64_t age_ms = j->how->max_age_ms > 0 ? j->how->max_age_ms : MAX_AGE_DEFAULT;
	int rc;

	if ((rc = read_runs(j, s, err)) < 0 || (rc = find_boots(j, s, err)) < 0)
		return rc;
	if (s->count > 0)
		qsort(s->run, s->count, sizeof(*s->run), compare);
	for (size_t c = 0; c < CELLS; c++) {
		s->source[c] = last_to_say(s, c, s->count);
		s->rival[c] = s->source[c] == NO_RUN ? NO_RUN : rival_of(s, c, s->source[c], age_ms);
	}
	return 0;
}
