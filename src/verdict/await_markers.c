#include "verdict/await_markers.h"

#include "base/clock.h"
#include "ingest/ingest.h"
#include "selftest/delivery.h"
#include "sql.h"

#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEP_MS 100
#define CLOCK_SLACK_MS 60000	/* the clock may have been set back while we ran */

/* What reading again and again needs. */
struct wait {
	const struct selftest *t;
	struct store *store;
	struct ingest *in;
	struct delivery_facts facts;
	char folder[PATH_MAX];
	char here[256];
};

static bool is_rotated(const struct delivery_facts *f)
{
	return f->log_before.error == 0 && f->log_after.error == 0 &&
	       (f->log_before.dev != f->log_after.dev || f->log_before.ino != f->log_after.ino);
}

/* A log that cannot be read is no error here: that it cannot is what will be told. */
static int read_log(struct wait *w, struct error *err)
{
	const char *path = w->facts.conf->log_file;
	int rc;

	delivery_look(&w->facts.log_after, path);
	/* Rotated: the records that are looked for may be in the file before. */
	if (is_rotated(&w->facts))
		path = w->folder;
	rc = ingest_source(w->in, path, w->here, true, err);
	return rc == ERR_INPUT ? 0 : rc;
}

static int look_for(struct wait *w, const char *op, struct arrival *out, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct bytes host;
	int rc;

	if ((rc = query_open(&q, w->store, sql_selftest_marker, err)) < 0)
		return rc;
	query_bind_text(q, "op", op);
	query_bind_text(q, "run", w->t->run.id);
	query_bind_text(q, "key", w->t->options.key->text);
	query_bind_int(q, "from_ms", w->t->run.begun_ms - CLOCK_SLACK_MS);
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	host = query_text(q, query_column(q, "host"));
	snprintf(out->host, sizeof(out->host), "%.*s", (int)host.len, host.data);
	out->arrived = true;
	return 0;
}

static int await(struct wait *w, struct arrival *out, int64_t limit_ms, struct error *err)
{
	static const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };
	const volatile sig_atomic_t *stop = w->t->options.stop;
	int64_t until = clock_ms(CLOCK_MONOTONIC) + limit_ms;
	int rc;

	for (;;) {
		if ((rc = read_log(w, err)) < 0 || (rc = look_for(w, "modtrail-end", out, err)) < 0)
			return rc;
		if (out->arrived || delivery_is_dead(&w->facts) || clock_ms(CLOCK_MONOTONIC) >= until)
			return 0;
		if (stop != NULL && *stop)
			return error_set(err, ERR_INTERRUPTED,
					 "interrupted: nothing is left loaded");
		nanosleep(&step, NULL);
	}
}

static int begin(struct wait *w, struct arrival *out, const struct selftest *t,
		 struct store *store, const struct delivery_log *before, struct error *err)
{
	const struct ingest_options options = { .store = store, .keys = t->options.keys,
						.stop = t->options.stop };
	int rc;

	*out = (struct arrival){ .arrived = false };
	*w = (struct wait){ .t = t, .store = store, .here = "localhost" };
	if ((rc = ingest_new(&w->in, &options, err)) < 0)
		return rc;
	w->facts = (struct delivery_facts){
		t->preflight.status, t->after, &t->preflight.conf, *before, *before
	};
	snprintf(w->folder, sizeof(w->folder), "%s", t->preflight.conf.log_file);
	dirname(w->folder);
	gethostname(w->here, sizeof(w->here) - 1);
	snprintf(out->host, sizeof(out->host), "%s", w->here);
	return 0;
}

static void end(struct wait *w)
{
	ingest_free(w->in);
}

int markers_look_for(struct arrival *out, const struct selftest *t, struct store *store,
		     const struct delivery_log *before, struct error *err)
{
	AUTO(end) struct wait w = { .t = t };
	int rc;

	if ((rc = begin(&w, out, t, store, before, err)) < 0 || (rc = read_log(&w, err)) < 0)
		return rc;
	return look_for(&w, "modtrail-begin", out, err);
}

int markers_await(struct arrival *out, const struct selftest *t, struct store *store,
		  const struct delivery_log *before, int64_t limit_ms, struct error *err)
{
	AUTO(end) struct wait w = { .t = t };
	int rc;

	if ((rc = begin(&w, out, t, store, before, err)) < 0 ||
	    (rc = await(&w, out, limit_ms, err)) < 0)
		return rc;
	if (!out->arrived)
		delivery_explain(&out->delivery, &w.facts);
	return 0;
}
