#include "verdict/prune.h"

#include "base/array.h"
#include "base/clock.h"
#include "parse/correlate.h"
#include "verdict/judge.h"

#include <stdlib.h>

#define TURN_MS 50		/* others wait at most about so long for their turn */
#define PAUSE_MS 30		/* for them to take it; they look every 25 ms */
#define BATCH 500		/* events that are looked at in one go */

/* A row of prune-events.sql. */
struct old_event {
	int64_t id, host_id, time_ms;
	int64_t run;		/* 0: none */
	bool action, stays, near;
};

/* Large: on the heap. */
struct prune {
	struct store *store;
	const struct pruning *how;
	struct pruned *counts;
	int64_t *hosts;
	size_t host_count, host_cap;
	struct old_event events[BATCH];
	struct { int64_t run; bool stays; } group;	/* the one looked up last */
	bool in_turn;
	int64_t turn_ms;
};

static void prune_freep(struct prune **p)
{
	if (*p == NULL)
		return;
	if ((*p)->in_turn)
		store_rollback((*p)->store);
	free((*p)->hosts);
	free(*p);
}

/* A dry run takes no turn. */
static int take_turn(struct prune *p, struct error *err)
{
	int rc;

	if (p->how->dry || p->in_turn)
		return 0;
	if ((rc = store_begin(p->store, err)) < 0)
		return rc;
	p->in_turn = true;
	p->turn_ms = clock_ms(CLOCK_MONOTONIC);
	return 0;
}

static int end_turn(struct prune *p, struct error *err)
{
	if (!p->in_turn)
		return 0;
	p->in_turn = false;
	return store_commit(p->store, err);
}

/* With no query open: lets others in if it is time to. */
static int share_turn(struct prune *p, struct error *err)
{
	const struct timespec pause = { 0, PAUSE_MS * 1000000L };
	int rc;

	if (!p->in_turn || clock_ms(CLOCK_MONOTONIC) - p->turn_ms < TURN_MS)
		return 0;
	if ((rc = end_turn(p, err)) < 0)
		return rc;
	nanosleep(&pause, NULL);
	return take_turn(p, err);
}

/* From here on nothing older comes in; and the verdicts are those of all evidence there is. */
static int set_horizon(struct prune *p, struct error *err)
{
	const struct judging how = { .now_ms = p->how->now_ms };
	int rc;

	if (p->how->dry)
		return 0;
	/* Most of it before others wait for the rest. */
	if ((rc = judge_apart(p->store, &how, err)) < 0)
		return rc;
	if ((rc = take_turn(p, err)) < 0 || (rc = judge(p->store, &how, err)) < 0 ||
	    (rc = store_set_horizon(p->store, p->how->before_ms, err)) < 0)
		return rc;
	return end_turn(p, err);
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

static int for_each_host(struct prune *p, int (*step)(struct prune *, int64_t, struct error *),
			 struct error *err)
{
	int rc;

	for (size_t i = 0; i < p->host_count; i++)
		if ((rc = step(p, p->hosts[i], err)) < 0 || (rc = share_turn(p, err)) < 0)
			return rc;
	return 0;
}

/* A statement about what a host has from before the time. */
static int ask(struct query **q, struct prune *p, enum statement id, int64_t host_id,
	       struct error *err)
{
	int rc = query_open(q, p->store, id, err);

	if (rc < 0)
		return rc;
	query_bind_int(*q, "host_id", host_id);
	query_bind_int(*q, "before_ms", p->how->before_ms);
	return 0;
}

/* Fills kept_run for a host. */
static int keep_runs(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = ask(&q, p, sql_prune_keep, host_id, err)) < 0)
		return rc;
	query_bind_int(q, "now_ms", p->how->now_ms);
	query_bind_int(q, "longest_ms", RUN_TIME_MAX);
	return query_step(q, err);
}

/* 1 if there may be more of them. */
static int prune_some_markers(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc, count = 0;

	if ((rc = ask(&q, p, sql_prune_markers, host_id, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0)
		count++;
	return rc < 0 ? rc : count > 0;
}

/* Which self-tests of a host stay; the others are to be judged no more. */
static int sort_out_runs(struct prune *p, int64_t host_id, struct error *err)
{
	int rc = keep_runs(p, host_id, err);

	if (rc < 0 || p->how->dry)
		return rc;
	while ((rc = prune_some_markers(p, host_id, err)) > 0)
		if ((rc = share_turn(p, err)) < 0)
			return rc;
	return rc;
}

static int read_events(struct prune *p, const struct old_event *last, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc, count = 0;

	if ((rc = query_open(&q, p->store, sql_prune_events, err)) < 0)
		return rc;
	query_bind_int(q, "before_ms", p->how->before_ms);
	query_bind_int(q, "span_ms", CORRELATE_SPAN_MS);
	query_bind_int(q, "time_ms", last->time_ms);
	query_bind_int(q, "id", last->id);
	query_bind_int(q, "limit", BATCH);
	while ((rc = query_step(q, err)) > 0)
		p->events[count++] = (struct old_event){
			.id = query_int(q, 0), .host_id = query_int(q, 1),
			.time_ms = query_int(q, 2), .action = query_int(q, 3) != 0,
			.run = query_int(q, 4), .stays = query_int(q, 5) != 0,
			.near = query_int(q, 6) != 0,
		};
	return rc < 0 ? rc : count;
}

/* Does the tool run that the event belongs to stay? A tool may make any number of calls in a row. */
static int group_stays(struct prune *p, const struct old_event *ev, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if (p->group.run == ev->run)
		return p->group.stays;
	if ((rc = ask(&q, p, sql_prune_group, ev->host_id, err)) < 0)
		return rc;
	query_bind_int(q, "run", ev->run);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	p->group.run = ev->run;
	p->group.stays = query_int(q, 0) != 0;
	return p->group.stays;
}

static int prune_event(struct prune *p, const struct old_event *ev, struct error *err)
{
	int rc = ev->stays || !ev->near ? ev->stays : group_stays(p, ev, err);

	if (rc != 0) {
		p->counts->kept += rc > 0;
		return MIN(rc, 0);
	}
	p->counts->events++;
	p->counts->actions += ev->action;
	return p->how->dry ? 0 : store_prune_event(p->store, ev->id, err);
}

static int prune_events(struct prune *p, struct error *err)
{
	struct old_event last = { .time_ms = INT64_MIN, .id = INT64_MIN };
	int rc, count;

	do {
		if ((count = read_events(p, &last, err)) < 0)
			return count;
		for (int i = 0; i < count; i++)
			if ((rc = prune_event(p, &p->events[i], err)) < 0 ||
			    (rc = share_turn(p, err)) < 0)
				return rc;
		if (count > 0)
			last = p->events[count - 1];
	} while (count == BATCH);
	return 0;
}

/* Runs `how`, a statement whose parameters are named as the columns of the row that q is at. */
static int delete_row(struct prune *p, enum statement how, int64_t host_id, const struct query *q,
		      struct error *err)
{
	AUTO(query_closep) struct query *row = NULL;
	int rc;

	if (p->how->dry)
		return 0;
	if ((rc = query_open(&row, p->store, how, err)) < 0)
		return rc;
	query_bind_int(row, "host_id", host_id);
	for (int i = 0; i < query_columns(q); i++)
		query_bind_column(row, query_name(q, i), q, i);
	return query_step(row, err);
}

/* Deletes the rows of a host that `which` finds, each by `how`. */
static int prune_rows(struct prune *p, int64_t host_id, enum statement which, enum statement how,
		      int64_t *count, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = ask(&q, p, which, host_id, err)) < 0)
		return rc;
	for (; (rc = query_step(q, err)) > 0; ++*count)
		if ((rc = delete_row(p, how, host_id, q, err)) < 0)
			return rc;
	return rc;
}

/* How many runs of serials of a host nobody needs. */
static int64_t count_serials(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = ask(&q, p, sql_prune_serials, host_id, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	if (query_int(q, 0) > 0)
		p->counts->losses += query_int(q, 1);
	return query_int(q, 0);
}

/* They go, and the gaps between them. */
static int prune_serials(struct prune *p, int64_t host_id, struct error *err)
{
	AUTO(query_closep) struct query *runs = NULL;
	AUTO(query_closep) struct query *gaps = NULL;
	int64_t count = count_serials(p, host_id, err);
	int rc;

	if (count <= 0 || p->how->dry)
		return (int)MIN(count, 0);
	if ((rc = ask(&runs, p, sql_prune_serial, host_id, err)) < 0 ||
	    (rc = query_step(runs, err)) < 0 ||
	    (rc = query_open(&gaps, p->store, sql_serial_gaps, err)) < 0)
		return rc;
	query_bind_int(gaps, "host_id", host_id);
	return query_step(gaps, err);
}

static int prune_host(struct prune *p, int64_t host_id, struct error *err)
{
	struct pruned *counts = p->counts;
	int64_t notes = 0;
	int rc;

	if ((rc = prune_rows(p, host_id, sql_prune_judgements, sql_prune_judgement,
			     &counts->selftests, err)) < 0 ||
	    (rc = prune_rows(p, host_id, sql_prune_notes, sql_prune_note, &notes, err)) < 0 ||
	    (rc = prune_rows(p, host_id, sql_prune_changes, sql_prune_change, &counts->changes,
			     err)) < 0 ||
	    (rc = prune_rows(p, host_id, sql_prune_losses, sql_prune_loss, &counts->losses,
			     err)) < 0)
		return rc;
	return prune_serials(p, host_id, err);
}

int prune_newest(struct store *s, int64_t *newest_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_prune_newest, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	*newest_ms = query_is_null(q, 0) ? INT64_MIN : query_int(q, 0);
	return 0;
}

int prune(struct store *s, const struct pruning *how, struct pruned *counts, struct error *err)
{
	AUTO(prune_freep) struct prune *p = calloc(1, sizeof(*p));
	int rc;

	*counts = (struct pruned){ 0 };
	if (p == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	p->store = s;
	p->how = how;
	p->counts = counts;
	if ((rc = set_horizon(p, err)) < 0 ||
	    (rc = store_exec(s, sql_text[sql_prune_begin], err)) < 0 || (rc = read_hosts(p, err)) < 0 ||
	    (rc = take_turn(p, err)) < 0 || (rc = for_each_host(p, sort_out_runs, err)) < 0 ||
	    (rc = end_turn(p, err)) < 0 || (rc = take_turn(p, err)) < 0 ||
	    (rc = prune_events(p, err)) < 0 || (rc = for_each_host(p, prune_host, err)) < 0)
		return rc;
	return end_turn(p, err);
}
