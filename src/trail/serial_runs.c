#include "trail/private.h"

#include "parse/serials.h"

#include <assert.h>
#include <string.h>

/* A host with more runs has its older ones lumped, boot by boot, or else forgotten. */
#define RUNS_MAX 1024
/* Runs that are joined with one at a time: more are found the next time. */
#define JOIN_MAX 16

/* A run as it is stored. skipped and skipped_ms: the gap before it; skipped_ms NUM_NONE: none. */
struct row {
	struct serial_run run;
	int64_t missing, skipped, skipped_ms;
};

static void read_row(struct query *q, struct row *row)
{
	*row = (struct row){
		.run = { query_int(q, 0), query_int(q, 1), query_int(q, 2), query_int(q, 3) },
		.missing = query_int(q, 4),
		.skipped = query_int(q, 5),
		.skipped_ms = query_number(q, 6),
	};
}

static void bind_key(struct query *q, int64_t host_id, const struct row *row)
{
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "last_serial", row->run.last);
	query_bind_int(q, "first_serial", row->run.first);
	query_bind_int(q, "from_ms", row->run.from_ms);
}

static int remove_row(struct store *s, int64_t host_id, const struct row *row, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_serial_remove, err)) < 0)
		return rc;
	bind_key(q, host_id, row);
	return query_run(q, err);
}

static int add_row(struct store *s, int64_t host_id, const struct row *row, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_serial_add, err)) < 0)
		return rc;
	bind_key(q, host_id, row);
	query_bind_int(q, "to_ms", row->run.to_ms);
	query_bind_int(q, "missing", row->missing);
	query_bind_int(q, "skipped", row->skipped);
	if (row->skipped_ms != NUM_NONE)
		query_bind_int(q, "skipped_ms", row->skipped_ms);
	return query_run(q, err);
}

/* A statement that gives one number. */
static int64_t number(struct store *s, enum statement id, int64_t host_id, const char *name,
		      int64_t value, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, id, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", host_id);
	if (name != NULL)
		query_bind_int(q, name, value);
	return (rc = query_step(q, err)) < 0 ? rc : query_int(q, 0);
}

/* Are they one? 1, 0, or an error. */
static int64_t are_one(struct store *s, int64_t host_id, const struct serial_run *known,
		       const struct serial_run *fresh, struct error *err)
{
	enum serial_tie tie = serial_run_tie(known, fresh);
	int64_t newer;

	if (tie != SERIAL_NEXT)
		return tie == SERIAL_ONE;
	newer = number(s, sql_serial_newer, host_id, "to_ms", known->to_ms, err);
	return newer < 0 ? newer : newer == 0;
}

/* Joins run with rows of the host: returns how many, in joined. */
static int join(struct store *s, int64_t host_id, struct serial_run *run, struct row *joined,
		struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int count = 0, rc;
	int64_t one;

	if ((rc = query_open(&q, s, sql_serial_find, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "first_serial", run->first);
	query_bind_int(q, "last_serial", run->last);
	while (count < JOIN_MAX && (rc = query_step(q, err)) > 0) {
		read_row(q, &joined[count]);
		if ((one = are_one(s, host_id, &joined[count].run, run, err)) < 0)
			return (int)one;
		if (one)
			serial_run_unite(run, &joined[count++].run);
	}
	return rc < 0 ? rc : count;
}

static bool equal(const struct serial_run *a, const struct serial_run *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Has the newest run of the host only become longer? Then no gap is another. */
static int64_t has_only_grown(struct store *s, int64_t host_id, const struct row *before,
			      const struct row *now, struct error *err)
{
	int64_t rivals;

	if (before->run.first != now->run.first || before->run.from_ms != now->run.from_ms)
		return 0;
	rivals = number(s, sql_serial_rivals, host_id, "to_ms", before->run.to_ms, err);
	return rivals < 0 ? rivals : rivals == 0;
}

/* Returns 1 if gaps may be others than before, else 0. */
static int put_run(struct store *s, int64_t host_id, const struct serial_run *run,
		   struct error *err)
{
	struct row now = { .run = *run, .skipped_ms = NUM_NONE }, joined[JOIN_MAX];
	int64_t only_grown = 0;
	int count, rc;

	for (int round = 0; (count = join(s, host_id, &now.run, joined, err)) > 0; round++) {
		if (round == 0 && count == 1 && equal(&now.run, &joined[0].run))
			return 0;
		for (int i = 0; i < count; i++) {
			if ((rc = remove_row(s, host_id, &joined[i], err)) < 0)
				return rc;
			now.missing += joined[i].missing;
		}
		only_grown = round == 0 && count == 1
			? has_only_grown(s, host_id, &joined[0], &now, err) : 0;
		if (only_grown < 0)
			return (int)only_grown;
		if (only_grown) {
			now.skipped = joined[0].skipped;
			now.skipped_ms = joined[0].skipped_ms;
		}
	}
	if (count < 0 || (rc = add_row(s, host_id, &now, err)) < 0)
		return count < 0 ? count : rc;
	if (only_grown)
		return 0;
	/* Judged anew: what is around it, where gaps came or went. */
	if ((rc = store_news(s, host_id, now.run.from_ms, false, err)) < 0 ||
	    (rc = store_news(s, host_id, now.run.to_ms, false, err)) < 0)
		return rc;
	return 1;
}

struct old_row {
	struct row row;
	int64_t boot;
};

static int64_t read_oldest(struct store *s, int64_t host_id, int64_t max, struct old_row *old,
			   struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t count = 0;
	int rc;

	if ((rc = query_open(&q, s, sql_serial_oldest, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "count", max);
	for (; (rc = query_step(q, err)) > 0; count++) {
		read_row(q, &old[count].row);
		old[count].boot = query_int(q, 7);
	}
	return rc < 0 ? rc : count;
}

/* One row for count old ones of one boot. */
static int lump_boot(struct store *s, int64_t host_id, const struct old_row *old, int64_t count,
		     struct error *err)
{
	struct row lump = old[0].row;
	int rc;

	for (int64_t i = 0; i < count; i++) {
		const struct row *row = &old[i].row;

		if ((rc = remove_row(s, host_id, row, err)) < 0)
			return rc;
		serial_run_unite(&lump.run, &row->run);
		if (i > 0)
			lump.missing += row->missing + row->skipped;
	}
	return add_row(s, host_id, &lump, err);
}

/* Makes fewer rows of the host's oldest. What their gaps come to is kept, boot by boot. */
static int lump(struct store *s, int64_t host_id, int64_t rows, struct error *err)
{
	int64_t max = rows - RUNS_MAX / 2, count, made = 0, boot;
	AUTO(freep) struct old_row *old = calloc((size_t)max, sizeof(*old));
	int rc;

	if (old == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((count = read_oldest(s, host_id, max, old, err)) < 0)
		return (int)count;
	for (int64_t i = 0; i < count; i += boot, made++) {
		for (boot = 1; i + boot < count && old[i + boot].boot == old[i].boot; )
			boot++;
		if ((rc = lump_boot(s, host_id, &old[i], boot, err)) < 0)
			return rc;
	}
	/* So many boots nobody has. */
	if (made <= RUNS_MAX / 4)
		return 0;
	if ((count = read_oldest(s, host_id, made, old, err)) < 0)
		return (int)count;
	for (int64_t i = 0; i < count; i++)
		if ((rc = remove_row(s, host_id, &old[i].row, err)) < 0)
			return rc;
	return 0;
}

static int put_some(struct store *s, int64_t host_id, const struct serial_run *runs, size_t count,
		    struct error *err)
{
	int64_t horizon_ms, rows;
	bool changed = false;
	int rc;

	if ((rc = store_horizon(s, &horizon_ms, err)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		if (runs[i].to_ms < horizon_ms)
			continue;
		if ((rc = put_run(s, host_id, &runs[i], err)) < 0)
			return rc;
		changed |= rc > 0;
	}
	if (!changed)
		return 0;
	if ((rc = query_run_with(s, sql_serial_gaps, "host_id", host_id, err)) < 0)
		return rc;
	rows = number(s, sql_serial_count, host_id, NULL, 0, err);
	if (rows < 0 || rows <= RUNS_MAX)
		return (int)MIN(rows, 0);
	return (rc = lump(s, host_id, rows, err)) < 0 ? rc : query_run_with(s, sql_serial_gaps, "host_id", host_id, err);
}

/* Some at a time, so that a host never has many more rows than it may keep: each looks at all. */
int store_put_serials(struct store *s, struct bytes host, const struct serial_run *runs,
		      size_t count, struct error *err)
{
	int64_t host_id = store_host(s, host, err);

	if (host_id < 0)
		return (int)host_id;
	while (count > 0) {
		size_t some = MIN(count, (size_t)RUNS_MAX);	/* from the end: the oldest */
		int rc = put_some(s, host_id, runs + count - some, some, err);

		if (rc < 0)
			return rc;
		count -= some;
	}
	return 0;
}
