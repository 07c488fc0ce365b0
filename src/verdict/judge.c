#include "verdict/private.h"

#include "base/array.h"
#include "sql.h"

#include <string.h>

#define UNDER_WAY_MAX (INT64_C(600) * 1000)	/* a run without an end that is younger goes on */

/* A run of the host at hand. */
struct known {
	char id[RUN_ID];
	int64_t begun_ms;
};

/* The runs to judge, oldest first. */
struct runs {
	struct known *run;
	size_t count, capacity;
};

/* How a cell stood after the run before. */
struct standing {
	bool known;
	enum verdict verdict;
	enum reason reason;
};

struct query *judge_ask(struct judge *j, enum statement id, struct error *err)
{
	struct query *q;

	if (query_open(&q, j->store, id, err) < 0)
		return NULL;
	query_bind_int(q, "host_id", j->host_id);
	return q;
}

static void judge_freep(struct judge **j)
{
	if (*j == NULL)
		return;
	judge_release(*j);
	free(*j);
}

static void runs_release(struct runs *runs)
{
	free(runs->run);
}

static int add_runs(struct runs *runs, struct query *q, struct error *err)
{
	int rc;

	while ((rc = query_step(q, err)) > 0) {
		struct bytes id = query_text(q, 0);

		if (array_grow(&runs->run, &runs->capacity, runs->count + 1,
			       sizeof(*runs->run), err) < 0)
			return ERR_NOMEM;
		snprintf(runs->run[runs->count].id, RUN_ID, "%.*s", (int)id.len, id.data);
		runs->run[runs->count++].begun_ms = query_int(q, 1);
	}
	return rc;
}

/* The runs that the news may change, else the last one: its claims may have changed. */
static int find_runs(struct judge *j, int64_t from_ms, struct runs *runs, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_runs, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "from_ms", from_ms > INT64_MIN + RUN_TIME_MAX ? from_ms - RUN_TIME_MAX
									 : from_ms);
	if ((rc = add_runs(runs, q, err)) < 0 || runs->count > 0)
		return rc;
	if ((q = judge_ask(j, sql_judge_last_run, err)) == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "before_ms", INT64_MAX);
	return add_runs(runs, q, err);
}

/* When the run before that time began; 0: there is none. */
static int run_before(struct judge *j, int64_t time_ms, int64_t *begun_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_last_run, err);
	int rc;

	*begun_ms = 0;
	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "before_ms", time_ms);
	if ((rc = query_step(q, err)) > 0)
		*begun_ms = query_int(q, 1);
	return MIN(rc, 0);
}

/* A host that cannot do a thing says so in a run that is whole and that did something. */
static bool has_a_say(const struct judge *j, const struct judged *cell)
{
	if (cell->verdict == VERDICT_UNTESTED)
		return cell->exercised || cell->reason != REASON_NONE;
	if (cell->verdict == VERDICT_INAPPLICABLE)
		return j->evidence.markers && !j->evidence.doubt.any && j->acted;
	return true;
}

uint32_t judge_run(struct judge *j)
{
	uint32_t cells = 0;

	verify(&j->evidence, j->judged);
	j->judged_all = true;
	j->acted = false;
	for (size_t i = 0; i < CELLS; i++)
		j->acted |= j->judged[i].exercised;
	for (size_t i = 0; i < CELLS; i++)
		if (judge_is_told(&j->judged[i]) && has_a_say(j, &j->judged[i]))
			cells |= UINT32_C(1) << i;
	return cells;
}

static int read_standing(struct judge *j, int64_t before_ms, struct standing standing[CELLS],
			 struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_before, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	memset(standing, 0, CELLS * sizeof(*standing));
	query_bind_int(q, "from_ms", before_ms);
	while ((rc = query_step(q, err)) > 0)
		if (query_int(q, 0) < MECHANISM_COUNT && query_int(q, 1) < ACTOR_COUNT)
			standing[query_int(q, 0) * ACTOR_COUNT + query_int(q, 1)] = (struct standing){
				true, (enum verdict)query_int(q, 2), (enum reason)query_int(q, 3) };
	return rc;
}

/* The event that changed rules or auditd last, between two runs; 0: none. */
static int find_change(struct judge *j, int64_t from_ms, int64_t *event_id, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_change, err);
	int rc;

	*event_id = 0;
	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "from_ms", from_ms);
	query_bind_int(q, "to_ms", j->begun_ms);
	if ((rc = query_step(q, err)) > 0)
		*event_id = query_int(q, 0);
	return MIN(rc, 0);
}

static int put_change(struct judge *j, const char *run, const struct judged *cell,
		      int64_t event_id, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_put_change, err);

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "mechanism", cell->cell.mechanism);
	query_bind_int(q, "actor", cell->cell.actor);
	query_bind_int(q, "since_ms", j->begun_ms);
	query_bind_text(q, "run", run);
	query_bind_int(q, "verdict", cell->verdict);
	query_bind_int(q, "reason", cell->reason);
	query_bind_int(q, "event_id", event_id);
	return query_step(q, err);
}

/* Compares with how things stood, and notes what is different. */
static int put_changes(struct judge *j, const char *run, uint32_t cells, int64_t before_ms,
		       struct standing standing[CELLS], struct error *err)
{
	int64_t event_id = -1;
	int rc;

	for (size_t i = 0; i < CELLS; i++) {
		const struct judged *cell = &j->judged[i];

		if (!judge_is_told(cell) || (standing[i].known && standing[i].verdict == cell->verdict &&
				       standing[i].reason == cell->reason))
			continue;
		if (standing[i].known && (cells >> i & 1) == 0)
			continue;
		if (event_id < 0 && (rc = find_change(j, before_ms, &event_id, err)) < 0)
			return rc;
		if ((rc = put_change(j, run, cell, event_id, err)) < 0)
			return rc;
		standing[i] = (struct standing){ true, cell->verdict, cell->reason };
	}
	return 0;
}

static int forget_cells(struct judge *j, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_forget_cells, err);

	return q == NULL ? ERR_TRAIL : query_step(q, err);
}

/* The cells that have that run in an array of sources. */
static uint32_t cells_of(const size_t of[CELLS], size_t run)
{
	uint32_t cells = 0;

	for (size_t i = 0; i < CELLS; i++)
		cells |= (uint32_t)(of[i] == run) << i;
	return cells;
}

/* Mostly the run that was judged last is at hand. */
static int judge_again(struct judge *j, const struct ordered_run *run, struct error *err)
{
	int rc;

	if (j->judged_all && strcmp(j->collected_run.run.id, run->id) == 0)
		return 0;
	if ((rc = judge_evidence(j, run->id, run->begun_ms, err)) == 0)
		judge_run(j);
	return rc;
}

/* Of those cells, the ones that stand better than they are judged. */
static uint32_t worse_cells(const struct judge *j, uint32_t cells, const enum check standing[CELLS])
{
	uint32_t worse = 0;

	for (size_t i = 0; i < CELLS; i++)
		if ((cells >> i & 1) != 0 && verdict_status(j->judged[i].verdict) > standing[i])
			worse |= UINT32_C(1) << i;
	return worse;
}

/* What nobody has a say about is as the latest run tells it. */
static int put_sources(struct judge *j, const struct sources *s, enum check standing[CELLS],
		       struct error *err)
{
	int rc;

	for (size_t r = 0; r < s->count; r++) {
		uint32_t cells = cells_of(s->source, r);

		if (r + 1 == s->count)
			cells |= cells_of(s->source, NO_RUN);
		if (cells == 0)
			continue;
		if ((rc = judge_again(j, &s->run[r], err)) < 0 ||
		    (rc = judge_put_cells(j, cells, s->run[r].id, err)) < 0)
			return rc;
		for (size_t i = 0; i < CELLS; i++)
			if ((cells >> i & 1) != 0)
				standing[i] = verdict_status(j->judged[i].verdict);
	}
	return 0;
}

static int put_rivals(struct judge *j, const struct sources *s, const enum check standing[CELLS],
		      struct error *err)
{
	int rc;

	for (size_t r = 0; r < s->count; r++) {
		uint32_t cells = cells_of(s->rival, r);

		if (cells == 0)
			continue;
		if ((rc = judge_again(j, &s->run[r], err)) < 0 ||
		    (rc = judge_put_cells(j, worse_cells(j, cells, standing), s->run[r].id, err)) < 0)
			return rc;
	}
	return 0;
}

static int put_latest(struct judge *j, const char *run, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_latest, err);

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_text(q, "run", run);
	return query_step(q, err);
}

/* How the host stands, after all runs that were judged. */
static int put_host(struct judge *j, struct error *err)
{
	AUTO(sources_release) struct sources s = { .count = 0 };
	enum check standing[CELLS] = { CHECK_OK };
	int rc;

	if ((rc = judge_sources(j, &s, err)) < 0 || s.count == 0 ||
	    (rc = put_latest(j, s.run[s.count - 1].id, err)) < 0 ||
	    (rc = forget_cells(j, err)) < 0 || (rc = put_sources(j, &s, standing, err)) < 0)
		return rc;
	return put_rivals(j, &s, standing, err);
}

/* Runs a statement that takes away what is from that time on. */
static int forget(struct judge *j, enum statement id, int64_t from_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, id, err);

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "from_ms", from_ms);
	return query_step(q, err);
}

/* A run that goes on is judged when it has ended. */
static bool is_under_way(const struct judge *j)
{
	return j->collected_run.begun && !j->collected_run.ended && j->collected_run.run.ended_ms == 0 &&
	       j->begun_ms > j->how->now_ms - UNDER_WAY_MAX;
}

/* Judges the runs in their order; returns how many were, *waits if one goes on. */
static int judge_runs(struct judge *j, const struct runs *runs, bool *waits, struct error *err)
{
	struct standing standing[CELLS];
	uint32_t cells;
	int64_t before_ms;
	int rc, count = 0;

	if ((rc = forget(j, sql_judge_forget_changes, runs->run[0].begun_ms, err)) < 0 ||
	    (rc = run_before(j, runs->run[0].begun_ms, &before_ms, err)) < 0 ||
	    (rc = read_standing(j, runs->run[0].begun_ms, standing, err)) < 0)
		return rc;
	for (size_t i = 0; i < runs->count; i++) {
		if ((rc = judge_evidence(j, runs->run[i].id, runs->run[i].begun_ms, err)) < 0)
			return rc;
		if (is_under_way(j)) {
			*waits = true;
			continue;
		}
		cells = judge_run(j);
		if ((rc = put_changes(j, runs->run[i].id, cells, before_ms, standing, err)) < 0 ||
		    (rc = judge_put_run(j, runs->run[i].id, cells, err)) < 0)
			return rc;
		before_ms = j->begun_ms;
		count++;
	}
	return count;
}

/* Of a host without runs. */
static int judge_claims(struct judge *j, struct error *err)
{
	judge_no_evidence(j);
	(void)judge_run(j);
	return judge_put_cells(j, UINT32_MAX, "", err);
}

static int judge_host(struct judge *j, int64_t from_ms, struct error *err)
{
	AUTO(runs_release) struct runs runs = { NULL, 0, 0 };
	AUTO(query_closep) struct query *q = NULL;
	bool waits = false;
	int rc;

	if ((rc = forget(j, sql_judge_forget_refused, from_ms, err)) < 0 ||
	    (rc = forget(j, sql_judge_forget_refused_changes, from_ms, err)) < 0 ||
	    (rc = find_runs(j, from_ms, &runs, err)) < 0 ||
	    (rc = judge_outside(j, runs.count > 0, err)) < 0)
		return rc;
	if (runs.count > 0)
		rc = judge_runs(j, &runs, &waits, err);
	else if ((rc = forget_cells(j, err)) == 0)
		rc = judge_claims(j, err);
	if (rc >= 0 && runs.count > 0)
		rc = put_host(j, err);
	if (rc < 0 || waits)
		return rc;
	if ((q = judge_ask(j, sql_judge_done, err)) == NULL)
		return ERR_TRAIL;
	return query_step(q, err);
}

/* Proven too long ago, or proven again since it was too old. */
int judge_mark_stale(struct store *s, const struct judging *how, struct error *err)
{
	static const struct judged stale = { .verdict = VERDICT_STALE };
	AUTO(query_closep) struct query *old = NULL;
	AUTO(query_closep) struct query *young = NULL;
	char remedy[64];
	int rc;

	if (how->max_age_ms == 0)
		return 0;
	if ((rc = query_open(&old, s, sql_judge_stale, err)) < 0 ||
	    (rc = query_open(&young, s, sql_judge_fresh, err)) < 0)
		return rc;
	remedy_text(&stale, KEY_DEFAULT, remedy, sizeof(remedy));
	query_bind_text(old, "remedy", remedy);
	query_bind_int(old, "from_ms", how->now_ms - how->max_age_ms);
	query_bind_int(old, "to_ms", how->now_ms + how->max_age_ms);
	query_bind_int(young, "from_ms", how->now_ms - how->max_age_ms);
	query_bind_int(young, "to_ms", how->now_ms + how->max_age_ms);
	if ((rc = query_step(old, err)) < 0)
		return rc;
	return query_step(young, err);
}

static int forget_all(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc = query_open(&q, s, sql_judge_all, err);

	return rc < 0 ? rc : query_step(q, err);
}

/* Hosts with news, all of them before the first is judged: judging takes them off the list. */
struct host_news {
	int64_t id, from_ms;
};

static int read_news(struct store *s, const char *host, struct host_news **news, size_t *count,
		     struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	size_t capacity = 0;
	int rc;

	if ((rc = query_open(&q, s, sql_judge_hosts, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	while ((rc = query_step(q, err)) > 0) {
		if (array_grow(news, &capacity, *count + 1, sizeof(**news), err) < 0)
			return ERR_NOMEM;
		(*news)[(*count)++] = (struct host_news){ query_int(q, 0), query_int(q, 1) };
	}
	return rc;
}

int judge(struct store *s, const struct judging *how, struct error *err)
{
	AUTO(freep) struct host_news *news = NULL;
	AUTO(judge_freep) struct judge *j = calloc(1, sizeof(*j));
	size_t count = 0;
	int rc;

	if (j == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	j->store = s;
	j->how = how;
	if ((how->keys != NULL && (rc = forget_all(s, err)) < 0) ||
	    (rc = read_news(s, how->host, &news, &count, err)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		j->host_id = news[i].id;
		if ((rc = judge_host(j, news[i].from_ms, err)) < 0)
			return rc;
	}
	rc = judge_mark_stale(s, how, err);
	return rc < 0 ? rc : (int)count;
}
