#include "trail/private.h"

#include "model/selftest_run.h"
#include "model/signature.h"

#include <stdlib.h>

/*
 * What is known of a host has changed between two times. always: the host is to
 * be judged anew even if no self-test ran then.
 */
struct host_news {
	int64_t host_id;
	bool always;
	int64_t from_ms, to_ms;
};

/* So many are remembered at a time: a transaction may change tens of thousands of hosts. */
#define NEWS_MAX 8192u

static bool is_same(const struct host_news *a, const struct host_news *b)
{
	return a->host_id == b->host_id && a->always == b->always;
}

static int compare_news(const void *left, const void *right)
{
	const struct host_news *a = left, *b = right;

	if (a->host_id != b->host_id)
		return a->host_id < b->host_id ? -1 : 1;
	return a->always - b->always;
}

static void widen(struct host_news *news, const struct host_news *by)
{
	news->from_ms = MIN(news->from_ms, by->from_ms);
	news->to_ms = MAX(news->to_ms, by->to_ms);
}

/* The event that a marker is. writer: the process that wrote it as root; NUM_NONE: it was not root. */
struct marker_event {
	int64_t id, host_id, time_ms, serial, writer;
	struct bytes text;
};

static void bind_number(struct query *q, const char *name, int64_t value)
{
	if (value != NUM_NONE)
		query_bind_int(q, name, value);
}

static void bind_acting(struct query *q, const struct probe *probe)
{
	query_bind_int(q, "number", probe->number);
	query_bind_int(q, "pid", probe->pid);
}

/* What the process is about to do, which is what its events are held against. */
static void bind_act(struct query *q, const struct probe *probe)
{
	bind_acting(q, probe);
	query_bind_int(q, "actor", probe->cell[0].actor);
	if (probe->nonce[0] != '\0')
		query_bind_int(q, "nonce", (int64_t)strtoull(probe->nonce, NULL, 16));
	for (unsigned i = 0; i < probe->cells; i++) {
		enum mechanism m = probe->cell[i].mechanism;

		if (mechanism_tool(m) != NULL) {
			query_bind_text(q, "tool", mechanism_tool(m));
			continue;
		}
		query_bind_int(q, "call", mechanism_call(m));
		query_bind_int(q, "abi", mechanism_abi(m));
	}
}

static void bind_lost(struct query *q, const struct run_state *state, const struct marker_event *ev)
{
	if (state->lost >= 0 && ev->writer != NUM_NONE)
		query_bind_int(q, "lost", state->lost);
}

/* The text is borrowed until q is closed. */
static void bind_words(struct query *q, const struct run_marker *marker, const struct marker_event *ev)
{
	switch (marker->word) {
	case WORD_BEGIN:
		query_bind_text(q, "module", marker->begin.module);
		bind_lost(q, &marker->begin.before, ev);
		break;
	case WORD_END:
		bind_lost(q, &marker->end.after, ev);
		break;
	case WORD_PROBE:
		bind_act(q, &marker->probe);
		break;
	case WORD_ACTED:
		bind_acting(q, &marker->acted);
		break;
	default:
		break;
	}
}

static int put_marker(struct store *s, const struct marker_event *ev, const struct run_marker *marker,
		      enum signature signature, const char *key, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_marker_add, err)) < 0)
		return rc;
	query_bind_int(q, "event_id", ev->id);
	query_bind_int(q, "host_id", ev->host_id);
	query_bind_int(q, "time_ms", ev->time_ms);
	query_bind_int(q, "serial", ev->serial);
	bind_number(q, "writer", ev->writer);
	query_bind_int(q, "word", marker->word);
	query_bind_bytes(q, "run", (struct bytes){ marker->run, RUN_ID - 1 });
	bind_words(q, marker, ev);
	if (ev->writer != NUM_NONE)
		query_bind_int(q, "signature", signature);
	if (signature == SIGNATURE_GOOD)
		query_bind_text(q, "key", key);
	return query_run(q, err);
}

static int add_marker(struct store *s, const struct marker_event *ev, struct error *err)
{
	enum signature signature = SIGNATURE_UNSIGNED;
	struct run_marker marker;
	char key[KEY_TEXT] = "";
	int rc;

	run_read(&marker, ev->text);
	if (marker.word == WORD_NONE)
		return 0;
	if (ev->writer != NUM_NONE)	/* of others it would only take time */
		signature = marker_signature(ev->text, ev->writer, ev->time_ms, key);
	if ((rc = put_marker(s, ev, &marker, signature, key, err)) < 0)
		return rc;
	if (marker.word == WORD_BEGIN && signature == SIGNATURE_GOOD &&
	    (rc = store_first_key(s, ev->host_id, key, ev->time_ms, err)) != 0)
		return MIN(rc, 0);	/* with all markers of the host */
	return query_run_with(s, sql_marker_accept, "event_id", ev->id, err);
}

/* Only remembers it, as most hosts change often; changes of one host in a row make one entry. */
int store_news(struct store *s, int64_t host_id, int64_t time_ms, bool always,
	       struct error *err)
{
	struct host_news new = { host_id, always, time_ms, time_ms };
	struct host_news *last = s->news_count > 0 ? &s->news[s->news_count - 1] : NULL;
	int rc;

	if (last != NULL && is_same(last, &new)) {
		widen(last, &new);
		return 0;
	}
	rc = s->news_count == NEWS_MAX ? store_put_news(s, err) : 0;
	if (rc == 0)
		rc = array_grow(&s->news, &s->news_cap, s->news_count + 1, sizeof(new), err);
	if (rc < 0) {
		s->failed = true;
		return rc;
	}
	s->news[s->news_count++] = new;
	return 0;
}

static int put_news(struct store *s, const struct host_news *news, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	AUTO(query_closep) struct query *count = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_news_add, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", news->host_id);
	query_bind_int(q, "from_ms", news->from_ms);
	query_bind_int(q, "to_ms", news->to_ms);
	query_bind_int(q, "always", news->always);
	if ((rc = query_run(q, err)) < 0 || (rc = query_open(&count, s, sql_news_count, err)) < 0)
		return rc;
	query_bind_int(count, "host_id", news->host_id);
	return query_run(count, err);
}

int store_put_news(struct store *s, struct error *err)
{
	int rc;

	if (s->news_count > 0)		/* else there may be no array at all */
		qsort(s->news, s->news_count, sizeof(*s->news), compare_news);
	for (size_t i = 0, next; i < s->news_count; i = next) {
		struct host_news all = s->news[i];

		for (next = i + 1; next < s->news_count && is_same(&s->news[next], &all); next++)
			widen(&all, &s->news[next]);
		if ((rc = put_news(s, &all, err)) < 0)
			return rc;
	}
	s->news_count = 0;
	return 0;
}

int store_verify_event(struct store *s, int64_t host_id, int64_t id, const struct event *ev,
		       bool replaced, struct error *err)
{
	int rc = replaced ? query_run_with(s, sql_marker_remove, "event_id", id, err) : 0;	/* it may have been one */

	if (rc == 0 && ev->kind == EVENT_MARKER)
		rc = add_marker(s, &(struct marker_event){ id, host_id, ev->time_ms, (int64_t)ev->serial,
				ev->uid == 0 ? ev->pid : NUM_NONE, ev->detail }, err);
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
		rc = add_marker(s, &(struct marker_event){ query_int(q, 0), query_int(q, 1),
				query_int(q, 2), query_int(q, 3), query_number(q, 5), query_text(q, 4) },
				err);
	return rc;
}
