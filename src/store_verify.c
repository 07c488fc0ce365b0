#include "store_private.h"

#include "run.h"
#include "sql.h"

static int remove_marker(struct store *s, int64_t id, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, MARKER_REMOVE, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":event_id", id);
	return store_run(s, q, err);
}

static void bind_probe(sqlite3_stmt *q, const struct probe *probe)
{
	bind_int(q, ":number", probe->number);
	bind_int(q, ":pid", probe->pid);
}

static int add_marker(struct store *s, int64_t host_id, int64_t id, int64_t time_ms,
		      struct bytes text, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = NULL;
	struct run_marker marker;

	run_read(&marker, text);
	if (marker.word == WORD_NONE)
		return 0;
	if ((q = store_statement(s, MARKER_ADD, err)) == NULL)
		return ERR_TRAIL;
	bind_int(q, ":event_id", id);
	bind_int(q, ":host_id", host_id);
	bind_int(q, ":time_ms", time_ms);
	bind_int(q, ":word", marker.word);
	bind_bytes(q, ":run", (struct bytes){ marker.run, RUN_ID - 1 });
	if (marker.word == WORD_PROBE)
		bind_probe(q, &marker.probe);
	else if (marker.word == WORD_ACTED)
		bind_probe(q, &marker.acted);
	return store_run(s, q, err);
}

int store_news(struct store *s, int64_t host_id, int64_t time_ms, bool always,
	       struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, NEWS_ADD, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":host_id", host_id);
	bind_int(q, ":time_ms", time_ms);
	bind_int(q, ":always", always);
	return store_run(s, q, err);
}

int store_verify_event(struct store *s, int64_t host_id, int64_t id, const struct event *ev,
		       bool replaced, struct error *err)
{
	int rc = replaced ? remove_marker(s, id, err) : 0;	/* it may have been one */

	if (rc == 0 && ev->kind == EVENT_MARKER)
		rc = add_marker(s, host_id, id, ev->time_ms, ev->detail, err);
	if (rc < 0 || ev->kind == EVENT_KEYED || ev->kind == EVENT_MODULE)
		return rc;
	return store_news(s, host_id, ev->time_ms, ev->kind != EVENT_CALL && ev->kind != EVENT_EXEC,
			  err);
}

int store_mark_all(struct store *s, struct error *err)
{
	AUTO(store_finalize) sqlite3_stmt *q = NULL;
	int step, rc;

	if (sqlite3_prepare_v2(s->db, sql_marker_all, -1, &q, NULL) != SQLITE_OK)
		return store_error(s, err);
	while ((step = sqlite3_step(q)) == SQLITE_ROW) {
		rc = add_marker(s, sqlite3_column_int64(q, 1), sqlite3_column_int64(q, 0),
				sqlite3_column_int64(q, 2), column_bytes(q, 3), err);
		if (rc < 0)
			return rc;
	}
	return step == SQLITE_DONE ? 0 : store_error(s, err);
}
