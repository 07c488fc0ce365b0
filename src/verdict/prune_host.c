#include "verdict/prune_private.h"

#include "base/array.h"
#include "sql.h"

#include <stdio.h>
#include <string.h>

static struct query *ask_host(struct prune *p, enum statement id, int64_t host_id,
			      struct error *err)
{
	struct query *q = prune_ask(p, id, err);

	if (q != NULL)
		query_bind_int(q, "host_id", host_id);
	return q;
}

/* The rows of a host that are before the time. */
static struct query *ask_old(struct prune *p, enum statement id, int64_t host_id,
			     struct error *err)
{
	struct query *q = ask_host(p, id, host_id, err);

	if (q != NULL)
		query_bind_int(q, "before_ms", p->how->before_ms);
	return q;
}

static int read_hosts(struct prune *p, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, p->store, sql_prune_hosts, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0) {
		if (array_grow(&p->hosts, &p->host_cap, p->host_count + 1, sizeof(*p->hosts), err) < 0)
			return ERR_NOMEM;
		p->hosts[p->host_count++] = query_int(q, 0);
	}
	return rc;
}

static void copy_run(char out[RUN_ID], struct bytes id)
{
	snprintf(out, RUN_ID, "%.*s", (int)id.len, id.data);
}

/* The next PRUNE_BATCH self-tests of the host behind after. Returns how many. */
static int read_runs(struct prune *p, int64_t host_id, const char *after, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_old(p, sql_prune_runs, host_id, err);
	int rc, count = 0;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_text(q, "after", after);
	query_bind_int(q, "limit", PRUNE_BATCH);
	while ((rc = query_step(q, err)) > 0) {
		struct old_run *run = &p->runs[count++];

		copy_run(run->id, query_text(q, 0));
		run->told = !query_is_null(q, 1);
		run->first_ms = query_int(q, 1);
		run->last_ms = query_int(q, 2);
		run->last = query_int(q, 3) != 0;
	}
	return rc < 0 ? rc : count;
}

static bool run_stays(const struct prune *p, const struct old_run *run)
{
	return run->told && (run->last || run->last_ms >= p->how->before_ms);
}

/* If so, it is the host's last one. */
static bool may_go_on(const struct prune *p, const struct old_run *run)
{
	return run->last_ms >= p->how->now_ms - RUN_TIME_MAX;
}

static int keep_run(struct prune *p, int64_t host_id, const struct old_run *run,
		    struct error *err)
{
	/* Hostile times may be near the ends of their type. */
	int64_t end_ms = MIN(run->first_ms, p->how->before_ms) + RUN_TIME_MAX;
	struct span *span;
	int rc = array_grow(&p->spans, &p->span_cap, p->span_count + 1, sizeof(*p->spans), err);

	if (rc < 0)
		return rc;
	span = &p->spans[p->span_count++];
	*span = (struct span){ .host_id = host_id, .from_ms = run->first_ms, .to_ms = end_ms };
	if (!may_go_on(p, run))
		span->to_ms = MIN(run->last_ms, end_ms);
	memcpy(span->run, run->id, sizeof(span->run));
	return 0;
}

static int delete_run(struct prune *p, enum statement id, int64_t host_id, const char *run,
		      struct error *err)
{
	AUTO(query_closep) struct query *q = ask_host(p, id, host_id, err);

	if (q != NULL)
		query_bind_text(q, "run", run);
	return prune_delete(p, q, err);
}

/* Which self-tests of a host stay; the others are to be judged no more. */
static int sort_out_runs(struct prune *p, int64_t host_id, struct error *err)
{
	char after[RUN_ID] = "";
	int rc, count;

	do {
		if ((count = read_runs(p, host_id, after, err)) < 0)
			return count;
		for (int i = 0; i < count; i++) {
			rc = run_stays(p, &p->runs[i])
				     ? keep_run(p, host_id, &p->runs[i], err)
				     : delete_run(p, sql_prune_markers, host_id, p->runs[i].id, err);
			if (rc < 0 || (rc = prune_share_turn(p, err)) < 0)
				return rc;
		}
		if (count > 0)
			memcpy(after, p->runs[count - 1].id, sizeof(after));
	} while (count == PRUNE_BATCH);
	return 0;
}

/* The first span of the host, or where it would be. */
static size_t first_span(const struct prune *p, int64_t host_id)
{
	size_t first = 0, end = p->span_count;

	while (first < end) {
		size_t middle = first + (end - first) / 2;

		if (p->spans[middle].host_id < host_id)
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

bool prune_is_in_span(const struct prune *p, int64_t host_id, int64_t from_ms, int64_t to_ms)
{
	for (size_t i = first_span(p, host_id); i < p->span_count; i++) {
		const struct span *span = &p->spans[i];

		if (span->host_id != host_id)
			break;
		if (from_ms <= span->to_ms && to_ms >= span->from_ms)
			return true;
	}
	return false;
}

static bool is_kept_run(const struct prune *p, int64_t host_id, const char *run)
{
	for (size_t i = first_span(p, host_id); i < p->span_count; i++)
		if (p->spans[i].host_id == host_id && strcmp(p->spans[i].run, run) == 0)
			return true;
	return false;
}

/* The next row of q whose self-test does not stay: 1, or 0 at the end. q NULL: err is filled. */
static int next_gone(struct prune *p, struct query *q, int64_t host_id, char run[RUN_ID],
		     struct error *err)
{
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	while ((rc = query_step(q, err)) > 0) {
		copy_run(run, query_text(q, 0));
		if (!is_kept_run(p, host_id, run))
			break;
	}
	return rc;
}

/* The newest of those that go stays as a row: from there on changes are looked for. */
static int prune_judgements(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_old(p, sql_prune_judgements, host_id, err);
	bool first = true;
	char run[RUN_ID];
	int rc;

	while ((rc = next_gone(p, q, host_id, run, err)) > 0) {
		if (!first && (rc = delete_run(p, sql_prune_judgement, host_id, run, err)) < 0)
			return rc;
		p->counts->selftests += !first;
		first = false;
	}
	return rc;
}

static int prune_notes(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_old(p, sql_prune_notes, host_id, err);
	char run[RUN_ID];
	int rc;

	while ((rc = next_gone(p, q, host_id, run, err)) > 0)
		if ((rc = delete_run(p, sql_prune_note, host_id, run, err)) < 0)
			return rc;
	return rc;
}

static int prune_changes(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_old(p, sql_prune_changes, host_id, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	while ((rc = query_step(q, err)) > 0) {
		AUTO(query_closep) struct query *row = ask_host(p, sql_prune_change, host_id, err);

		if (row == NULL)
			return ERR_TRAIL;
		query_bind_int(row, "mechanism", query_int(q, 0));
		query_bind_int(row, "actor", query_int(q, 1));
		query_bind_int(row, "since_ms", query_int(q, 2));
		if ((rc = prune_delete(p, row, err)) < 0)
			return rc;
		p->counts->changes++;
	}
	return rc;
}

static int prune_loss(struct prune *p, int64_t host_id, struct query *q, struct error *err)
{
	AUTO(query_closep) struct query *row = ask_host(p, sql_prune_loss, host_id, err);
	struct bytes what = query_text(q, 2);
	char text[512];

	if (row == NULL)
		return ERR_TRAIL;
	snprintf(text, sizeof(text), "%.*s", (int)what.len, what.data);
	query_bind_int(row, "head", query_int(q, 0));
	query_bind_int(row, "kind", query_int(q, 1));
	query_bind_text(row, "what", text);
	query_bind_int(row, "time_ms", query_int(q, 3));
	p->counts->losses++;
	return prune_delete(p, row, err);
}

static int prune_losses(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_old(p, sql_prune_losses, host_id, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	while ((rc = query_step(q, err)) > 0)
		if (!prune_is_in_span(p, host_id, query_int(q, 3), query_int(q, 3)) &&
		    (rc = prune_loss(p, host_id, q, err)) < 0)
			return rc;
	return rc;
}

/* What is missing while a self-test that stays was under way has to be known, too. */
static int64_t oldest_needed(const struct prune *p, int64_t host_id)
{
	int64_t oldest_ms = p->how->before_ms;

	for (size_t i = first_span(p, host_id); i < p->span_count; i++)
		if (p->spans[i].host_id == host_id)
			oldest_ms = MIN(oldest_ms, p->spans[i].from_ms);
	return oldest_ms;
}

static struct query *ask_serials(struct prune *p, enum statement id, int64_t host_id,
				 struct error *err)
{
	struct query *q = ask_host(p, id, host_id, err);

	if (q != NULL)
		query_bind_int(q, "limit_ms", oldest_needed(p, host_id));
	return q;
}

/* Runs of serials that nobody needs go, and the gaps between them. */
static int prune_serials(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_serials(p, sql_prune_serials, host_id, err);
	int64_t runs, losses;
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	if ((rc = query_step(q, err)) < 0)
		return rc;
	runs = query_int(q, 0);
	losses = query_int(q, 1);
	query_again(q);
	if (runs == 0)
		return 0;
	p->counts->losses += losses;
	if ((rc = prune_delete(p, ask_serials(p, sql_prune_serial, host_id, err), err)) < 0)
		return rc;
	return prune_delete(p, ask_host(p, sql_serial_gaps, host_id, err), err);
}

static int prune_host(struct prune *p, int64_t host_id, struct error *err)
{
	int rc;

	if ((rc = prune_judgements(p, host_id, err)) < 0 ||
	    (rc = prune_notes(p, host_id, err)) < 0 ||
	    (rc = prune_changes(p, host_id, err)) < 0)
		return rc;
	if ((rc = prune_losses(p, host_id, err)) < 0)
		return rc;
	return prune_serials(p, host_id, err);
}

typedef int host_step(struct prune *p, int64_t host_id, struct error *err);

static int for_each_host(struct prune *p, host_step *step, struct error *err)
{
	int rc;

	for (size_t i = 0; i < p->host_count; i++)
		if ((rc = step(p, p->hosts[i], err)) < 0 || (rc = prune_share_turn(p, err)) < 0)
			return rc;
	return 0;
}

int prune_sort_runs(struct prune *p, struct error *err)
{
	int rc = read_hosts(p, err);

	return rc < 0 ? rc : for_each_host(p, sort_out_runs, err);
}

int prune_hosts(struct prune *p, struct error *err)
{
	return for_each_host(p, prune_host, err);
}
