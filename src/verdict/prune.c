#include "verdict/prune_private.h"

#include "base/clock.h"
#include "parse/correlate.h"
#include "sql.h"
#include "verdict/judge.h"

#define TURN_MS 50		/* others wait at most about so long for their turn */
#define PAUSE_MS 30		/* for them to take it; they look every 25 ms */

static void prune_freep(struct prune **p)
{
	if (*p == NULL)
		return;
	if ((*p)->in_turn)
		store_rollback((*p)->store);
	free((*p)->hosts);
	free((*p)->spans);
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

int prune_share_turn(struct prune *p, struct error *err)
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

struct query *prune_ask(struct prune *p, enum statement id, struct error *err)
{
	struct query *q;

	return query_open(&q, p->store, id, err) < 0 ? NULL : q;
}

int prune_delete(struct prune *p, struct query *q, struct error *err)
{
	if (q == NULL)
		return ERR_TRAIL;
	return p->how->dry ? 0 : query_step(q, err);
}

/* From here on nothing older comes in; and the verdicts are those of all evidence there is. */
static int set_horizon(struct prune *p, struct error *err)
{
	const struct judging how = { .now_ms = p->how->now_ms };
	int rc;

	if (p->how->dry)
		return 0;
	if ((rc = take_turn(p, err)) < 0 || (rc = judge(p->store, &how, err)) < 0 ||
	    (rc = store_set_horizon(p->store, p->how->before_ms, err)) < 0)
		return rc;
	return end_turn(p, err);
}

static int read_events(struct prune *p, const struct old_event *last, struct error *err)
{
	AUTO(query_closep) struct query *q = prune_ask(p, sql_prune_events, err);
	int rc, count = 0;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "before_ms", p->how->before_ms);
	query_bind_int(q, "time_ms", last->time_ms);
	query_bind_int(q, "id", last->id);
	query_bind_int(q, "limit", PRUNE_BATCH);
	while ((rc = query_step(q, err)) > 0)
		p->events[count++] = (struct old_event){
			.id = query_int(q, 0), .host_id = query_int(q, 1),
			.time_ms = query_int(q, 2), .action = query_int(q, 3) != 0,
			.run = query_int(q, 4), .stays = query_int(q, 5) != 0,
		};
	return rc < 0 ? rc : count;
}

static int find_group(struct prune *p, int64_t run, struct error *err)
{
	struct query *q;
	int rc;

	if (p->group.run == run)
		return 0;
	p->group.run = 0;
	if ((q = prune_ask(p, sql_prune_group, err)) == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "run", run);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	p->group.run = run;
	p->group.first_ms = query_int(q, 0);
	p->group.last_ms = query_int(q, 1);
	query_again(q);		/* or it stays at its row, also while others have their turn */
	return 0;
}

/* Calls are at most CORRELATE_SPAN_MS from their tool run: elsewhere nobody asks for the others. */
static int event_stays(struct prune *p, const struct old_event *ev, struct error *err)
{
	const int64_t reach = 2 * (int64_t)CORRELATE_SPAN_MS;
	const int64_t time_ms = MAX(ev->time_ms, INT64_MIN + reach);	/* hostile ones are */
	int rc;

	if (ev->stays || prune_is_in_span(p, ev->host_id, ev->time_ms, ev->time_ms))
		return 1;
	if (ev->run == 0 || (ev->time_ms < p->how->before_ms - reach &&
			     !prune_is_in_span(p, ev->host_id, time_ms - reach, time_ms + reach)))
		return 0;
	if ((rc = find_group(p, ev->run, err)) < 0)
		return rc;
	return p->group.last_ms >= p->how->before_ms ||
	       prune_is_in_span(p, ev->host_id, p->group.first_ms, p->group.last_ms);
}

static int prune_event(struct prune *p, const struct old_event *ev, struct error *err)
{
	struct query *q;
	int rc = event_stays(p, ev, err);

	if (rc != 0) {
		p->counts->kept += rc > 0;
		return MIN(rc, 0);
	}
	if ((q = prune_ask(p, sql_prune_event, err)) != NULL)
		query_bind_int(q, "id", ev->id);
	if ((rc = prune_delete(p, q, err)) < 0)
		return rc;
	p->counts->events++;
	p->counts->actions += ev->action;
	return 0;
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
			    (rc = prune_share_turn(p, err)) < 0)
				return rc;
		if (count > 0)
			last = p->events[count - 1];
	} while (count == PRUNE_BATCH);
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
	if ((rc = set_horizon(p, err)) < 0 || (rc = take_turn(p, err)) < 0 ||
	    (rc = prune_sort_runs(p, err)) < 0 || (rc = end_turn(p, err)) < 0 ||
	    (rc = take_turn(p, err)) < 0 || (rc = prune_events(p, err)) < 0 ||
	    (rc = prune_hosts(p, err)) < 0)
		return rc;
	return end_turn(p, err);
}
