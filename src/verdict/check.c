#include "verdict/check_private.h"

#include "model/event.h"
#include "parse/decode.h"
#include "parse/records.h"
#include "verdict/judge.h"

#define BATCH 2000	/* events that are joined in one go, as when a log is read */

/* Columns of check-events.sql. */
enum { ID, HOST, RAW, LOOSE, INTERRUPTED, LOGIN, TWIN, OLD };

struct deriving {
	struct checker *checker;
	struct decoder *decoder;
	struct records set, loose;
	char *host;
	int64_t added;		/* since the last settling */
};

int check_tell(struct checker *c, const struct difference *d, struct error *err)
{
	c->counts->differences++;
	return c->how->differs(c->how->arg, d, err);
}

/* Tells what a statement finds, a difference a row, which fill makes of it. */
static int tell_each(struct checker *c, enum statement which,
		     void (*fill)(struct difference *d, const struct query *q), struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, c->store, which, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0) {
		struct difference d = { .time_ms = NUM_NONE };

		fill(&d, q);
		if ((rc = check_tell(c, &d, err)) < 0)
			return rc;
	}
	return rc;
}

static int check_pages(struct checker *c, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct difference d = { .kind = DIFFERS_DAMAGE, .table = bytes_of("trail"), .time_ms = NUM_NONE };
	int rc;

	if ((rc = query_open(&q, c->store, sql_check_integrity, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0) {
		d.stored = query_text(q, 0);
		if ((rc = store_damage(c->store, d.stored, err)) < 0)
			return rc;
		if (!bytes_are(d.stored, "ok") && (rc = check_tell(c, &d, err)) < 0)
			return rc;
	}
	return rc;
}

static void fill_foreign(struct difference *d, const struct query *q)
{
	d->kind = DIFFERS_DAMAGE;
	d->table = query_text(q, 0);
	d->field = bytes_of("foreign key");
	d->expected = query_text(q, 2);
}

static void fill_schema(struct difference *d, const struct query *q)
{
	d->kind = DIFFERS_SCHEMA;
	d->table = query_text(q, 0);
	d->row = query_text(q, 1);
	d->stored = query_text(q, 2);
	d->expected = query_text(q, 3);
}

static void fill_deleted(struct difference *d, const struct query *q)
{
	d->kind = DIFFERS_DELETED;
	d->table = bytes_of("event");
	d->event_id = query_int(q, 0);
	d->until_id = query_int(q, 1);
}

static void fill_never_seen(struct difference *d, const struct query *q)
{
	d->kind = DIFFERS_NEVER_SEEN;
	d->table = bytes_of("event");
	d->event_id = query_int(q, 0);
	d->time_ms = query_int(q, 1);
	d->host = query_text(q, 2);
	d->field = bytes_of("serial");
	d->stored = query_text(q, 3);
}

/* A record of another event has no business among those of this one. */
static bool belongs(const struct record_head *line, const struct record_head *first,
		    const struct records *of)
{
	return line->time_ms == first->time_ms && line->serial == first->serial &&
	       line->daemon == first->daemon && (of == NULL || records_hold(of, line));
}

/* of: they are some of these; NULL: they are all. */
static int take_records(struct records *set, struct bytes raw, const struct records *of,
			struct error *err)
{
	const char *at = raw.data, *end = raw.data + raw.len;
	struct record_head first = { 0 }, line;
	int rc;

	records_clear(set);
	while (at != NULL && at < end) {
		const char *newline = memchr(at, '\n', (size_t)(end - at));
		size_t len = (size_t)((newline ? newline : end) - at);

		if (record_head_parse(&line, at, len) == LINE_OK) {
			if (first.text.data == NULL)
				first = line;
			if (belongs(&line, &first, of) && (rc = records_add(set, at, len)) < 0)
				return error_set(err, rc, "out of memory");
		}
		at += len + 1;
	}
	return 0;
}

/*
 * What the records do not tell: names of login ids that were looked up where the log was
 * read, and which of several events with one id it is.
 */
static void take_untold(struct deriving *d, struct event *ev, const struct query *q)
{
	ev->twin = (unsigned)query_int(q, TWIN);
	if (query_int(q, OLD)) {
		ev->arch = NUM_NONE;
		ev->syscall.data = ev->path.data = NULL;
	}
	if (ev->login.data != NULL || query_is_null(q, LOGIN) || ev->auid < 0 || ev->auid == ID_UNSET)
		return;
	ev->login = query_text(q, LOGIN);
	d->checker->counts->looked_up++;
}

static int add(struct deriving *d, int64_t id, const struct event *ev, struct error *err)
{
	int rc = store_add_as(d->checker->store, id, ev, err);

	if (rc < 0 || ++d->added < BATCH)
		return MIN(rc, 0);
	d->added = 0;
	return store_settle(d->checker->store, err);
}

/* Nor which of its records were read apart from the others. */
static int take_loose(struct deriving *d, struct event *ev, const struct query *q, struct error *err)
{
	int rc = take_records(&d->loose, query_text(q, LOOSE), &d->set, err);

	if (rc < 0)
		return rc;
	ev->interrupted = query_int(q, INTERRUPTED) != 0;
	ev->loose.data = records_text(&d->loose, &ev->loose.len);
	return ev->loose.data == NULL ? error_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int derive_event(struct deriving *d, const struct query *q, struct error *err)
{
	struct bytes host = query_text(q, HOST);
	struct event ev;
	int rc;

	free(d->host);
	if ((d->host = strndup(host.data ? host.data : "", host.len)) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = take_records(&d->set, query_text(q, RAW), NULL, err)) < 0 || d->set.count == 0)
		return rc;
	records_sort(&d->set);
	rc = decode(d->decoder, &d->set, d->host, &ev, err);
	if (rc == ERR_INPUT)	/* none that is refused gets into a trail */
		return 0;
	if (rc < 0)
		return rc;
	take_untold(d, &ev, q);
	if ((rc = take_loose(d, &ev, q, err)) < 0)
		return rc;
	return ev.kind == EVENT_NONE ? 0 : add(d, query_int(q, ID), &ev, err);
}

static void deriving_release(struct deriving *d)
{
	decoder_free(d->decoder);
	records_release(&d->set);
	records_release(&d->loose);
	free(d->host);
}

/* Nor do they tell under which keys the log was read: an event that is there for its key had one. */
static int derive_events(struct checker *c, struct error *err)
{
	AUTO(deriving_release) struct deriving d = { .checker = c, .decoder = decoder_new(NULL) };
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	records_init(&d.set);
	records_init(&d.loose);
	if (d.decoder == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = query_open(&q, c->store, sql_check_events, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0)
		if ((rc = derive_event(&d, q, err)) < 0)
			return rc;
	return rc < 0 ? rc : store_settle(c->store, err);
}

static int find_gaps(struct checker *c, struct error *err)
{
	AUTO(query_closep) struct query *hosts = NULL;
	AUTO(query_closep) struct query *gaps = NULL;
	int rc;

	if ((rc = query_open(&hosts, c->store, sql_prune_hosts, err)) < 0 ||
	    (rc = query_open(&gaps, c->store, sql_serial_gaps, err)) < 0)
		return rc;
	while ((rc = query_step(hosts, err)) > 0) {
		query_again(gaps);
		query_bind_int(gaps, "host_id", query_int(hosts, 0));
		if ((rc = query_step(gaps, err)) < 0)
			return rc;
	}
	return rc;
}

/* Under the name of the default key, as all that are stale. */
static int mark_stale(struct checker *c, struct error *err)
{
	static const struct judged stale = { .verdict = VERDICT_STALE };
	AUTO(query_closep) struct query *q = NULL;
	char remedy[64];
	int rc;

	if ((rc = query_open(&q, c->store, sql_check_stale, err)) < 0)
		return rc;
	remedy_text(&stale, KEY_DEFAULT, remedy, sizeof(remedy));
	query_bind_text(q, "remedy", remedy);
	return query_step(q, err);
}

static int derive_verdicts(struct checker *c, struct error *err)
{
	const struct judging how = { .now_ms = c->how->now_ms };
	int rc;

	if ((rc = store_exec(c->store, sql_text[sql_check_judge], err)) < 0 ||
	    (rc = judge(c->store, &how, err)) < 0 ||
	    (rc = store_exec(c->store, sql_text[sql_check_again], err)) < 0 ||
	    (rc = judge(c->store, &how, err)) < 0)
		return rc;
	return mark_stale(c, err);
}

static int read_counts(struct checker *c, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, c->store, sql_check_counts, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	c->counts->events = query_int(q, 0);
	c->counts->hosts = query_int(q, 1);
	c->counts->unjudged = query_int(q, 2);
	c->counts->horizon_ms = query_is_null(q, 3) ? NUM_NONE : query_int(q, 3);
	return 0;
}

/* Pages first: what is read from damaged ones means nothing. */
static int check_all(struct checker *c, struct error *err)
{
	int rc;

	if ((rc = read_counts(c, err)) < 0 ||
	    (rc = check_pages(c, err)) < 0 ||
	    (rc = tell_each(c, sql_check_foreign, fill_foreign, err)) < 0 ||
	    (rc = tell_each(c, sql_check_schema, fill_schema, err)) < 0 ||
	    (rc = store_exec(c->store, sql_text[sql_check_begin], err)) < 0 ||
	    (rc = derive_events(c, err)) < 0 || (rc = find_gaps(c, err)) < 0 ||
	    (rc = derive_verdicts(c, err)) < 0 ||
	    (rc = store_exec(c->store, sql_text[sql_check_as_stored], err)) < 0 ||
	    (rc = check_compare(c, err)) < 0 ||
	    (rc = tell_each(c, sql_check_ids, fill_deleted, err)) < 0 ||
	    (rc = tell_each(c, sql_check_serials, fill_never_seen, err)) < 0)
		return rc;
	return check_vouched(c, err);
}

int check(struct store *s, const struct checking *how, struct check_counts *counts,
	  struct error *err)
{
	struct checker c = { s, how, counts };
	int rc;

	*counts = (struct check_counts){ 0 };
	if ((rc = store_begin(s, err)) < 0)
		return rc;
	rc = check_all(&c, err);
	store_rollback(s);
	return rc;
}
