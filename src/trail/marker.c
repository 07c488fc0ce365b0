#include "trail/private.h"

#include "model/selftest_run.h"

/* What a transaction has heard of a host, and of when. always: also while no self-test ran. */
struct heard {
	int64_t host_id;
	bool always;
	int64_t from_ms, to_ms;
};

/* So many are remembered until they are put: a transaction may hear of tens of thousands of hosts. */
#define HEARD_MAX 8192u

static bool is_same(const struct heard *a, const struct heard *b)
{
	return a->host_id == b->host_id && a->always == b->always;
}

static int compare_heard(const void *left, const void *right)
{
	const struct heard *a = left, *b = right;

	if (a->host_id != b->host_id)
		return a->host_id < b->host_id ? -1 : 1;
	return a->always - b->always;
}

static void widen(struct heard *heard, const struct heard *by)
{
	heard->from_ms = MIN(heard->from_ms, by->from_ms);
	heard->to_ms = MAX(heard->to_ms, by->to_ms);
}

static int remove_marker(struct store *s, int64_t id, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_marker_remove, err)) < 0)
		return rc;
	query_bind_int(q, "event_id", id);
	return query_run(q, err);
}

static void bind_probe(struct query *q, const struct probe *probe)
{
	query_bind_int(q, "number", probe->number);
	query_bind_int(q, "pid", probe->pid);
}

static void bind_lost(struct query *q, const struct run_state *state)
{
	if (state->lost >= 0)
		query_bind_int(q, "lost", state->lost);
}

static int add_marker(struct store *s, int64_t host_id, int64_t id, int64_t time_ms,
		      struct bytes text, bool by_root, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct run_marker marker;
	int rc;

	run_read(&marker, text);
	if (marker.word == WORD_NONE)
		return 0;
	if ((rc = query_open(&q, s, sql_marker_add, err)) < 0)
		return rc;
	query_bind_int(q, "event_id", id);
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "time_ms", time_ms);
	query_bind_int(q, "word", marker.word);
	query_bind_bytes(q, "run", (struct bytes){ marker.run, RUN_ID - 1 });
	if (marker.word == WORD_PROBE)
		bind_probe(q, &marker.probe);
	else if (marker.word == WORD_ACTED)
		bind_probe(q, &marker.acted);
	else if (marker.word == WORD_BEGIN && by_root)
		bind_lost(q, &marker.begin.before);
	else if (marker.word == WORD_END && by_root)
		bind_lost(q, &marker.end.after);
	return query_run(q, err);
}

/* Only remembers it, as most hosts say more; what a host says in a row makes one entry. */
int store_news(struct store *s, int64_t host_id, int64_t time_ms, bool always,
	       struct error *err)
{
	struct heard new = { host_id, always, time_ms, time_ms };
	struct heard *last = s->heard_count > 0 ? &s->heard[s->heard_count - 1] : NULL;
	int rc;

	if (last != NULL && is_same(last, &new)) {
		widen(last, &new);
		return 0;
	}
	rc = s->heard_count == HEARD_MAX ? store_put_news(s, err) : 0;
	if (rc == 0)
		rc = array_grow(&s->heard, &s->heard_cap, s->heard_count + 1, sizeof(new), err);
	if (rc < 0) {
		s->failed = true;
		return rc;
	}
	s->heard[s->heard_count++] = new;
	return 0;
}

static int put_news(struct store *s, const struct heard *heard, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_news_add, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", heard->host_id);
	query_bind_int(q, "from_ms", heard->from_ms);
	query_bind_int(q, "to_ms", heard->to_ms);
	query_bind_int(q, "always", heard->always);
	return query_run(q, err);
}

int store_put_news(struct store *s, struct error *err)
{
	int rc;

	if (s->heard_count > 0)		/* else there may be no array at all */
		qsort(s->heard, s->heard_count, sizeof(*s->heard), compare_heard);
	for (size_t i = 0, next; i < s->heard_count; i = next) {
		struct heard all = s->heard[i];

		for (next = i + 1; next < s->heard_count && is_same(&s->heard[next], &all); next++)
			widen(&all, &s->heard[next]);
		if ((rc = put_news(s, &all, err)) < 0)
			return rc;
	}
	s->heard_count = 0;
	return 0;
}

int store_verify_event(struct store *s, int64_t host_id, int64_t id, const struct event *ev,
		       bool replaced, struct error *err)
{
	int rc = replaced ? remove_marker(s, id, err) : 0;	/* it may have been one */

	if (rc == 0 && ev->kind == EVENT_MARKER)
		rc = add_marker(s, host_id, id, ev->time_ms, ev->detail, ev->uid == 0, err);
	if (rc < 0 || ev->kind == EVENT_KEYED || ev->kind == EVENT_MODULE)
		return rc;
	return store_news(s, host_id, ev->time_ms, ev->kind != EVENT_CALL && ev->kind != EVENT_EXEC,
			  err);
}

int store_mark_all(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc = query_open(&q, s, sql_marker_all, err);

	while (rc >= 0 && (rc = query_step(q, err)) > 0)
		rc = add_marker(s, query_int(q, 1), query_int(q, 0), query_int(q, 2), query_text(q, 3),
				query_number(q, 4) == 0, err);
	return rc;
}
