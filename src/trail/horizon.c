#include "trail/private.h"

#include "parse/twins.h"

static int read_horizon(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_horizon_find, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	s->horizon_ms = rc > 0 ? query_int(q, 0) : INT64_MIN;
	s->horizon_seed = rc > 0 ? (uint64_t)query_int(q, 1) : 0;
	s->horizon_known = !sqlite3_get_autocommit(s->db);
	return 0;
}

int store_horizon(struct store *s, int64_t *before_ms, struct error *err)
{
	int rc = s->horizon_known ? 0 : read_horizon(s, err);

	*before_ms = s->horizon_ms;
	return rc;
}

int store_add_gap(struct store *s, int64_t first_id, int64_t last_id, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_gap_add, err)) < 0)
		return rc;
	query_bind_int(q, "first_id", first_id);
	if (last_id != 0)
		query_bind_int(q, "last_id", last_id);
	return query_run(q, err);
}

int store_set_horizon(struct store *s, int64_t before_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_horizon_put, err)) < 0)
		return rc;
	query_bind_int(q, "before_ms", before_ms);
	s->horizon_known = false;
	if ((rc = query_run(q, err)) < 0)
		return rc;
	return store_add_gap(s, 1, 0, err);
}

/* A query about a mark. */
static int open_mark(struct query **q, struct store *s, enum statement which, int64_t host_id,
		     struct bytes mark, struct error *err)
{
	int rc = query_open(q, s, which, err);

	if (rc < 0)
		return rc;
	query_bind_int(*q, "host_id", host_id);
	query_bind_int(*q, "mark", (int64_t)hash_bytes(s->horizon_seed, mark.data, mark.len));
	return 0;
}

int store_was_pruned(struct store *s, int64_t host_id, const struct event *ev, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	const char *rest = NULL;
	int rc;

	if ((rc = open_mark(&q, s, sql_pruned_find, host_id, twins_mark(ev->raw, &rest), err)) < 0 ||
	    (rc = query_step(q, err)) < 0)
		return rc;
	return query_int(q, 0) != 0;
}

int store_add_late(struct store *s, int64_t id, struct error *err)
{
	return query_run_with(s, sql_late_add, "id", id, err);
}

static int add_mark(struct store *s, int64_t host_id, struct bytes mark, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = open_mark(&q, s, sql_pruned_add, host_id, mark, err)) < 0)
		return rc;
	return query_run(q, err);
}

/* A mark for each record that the event may be known by. */
static int add_marks(struct store *s, int64_t id, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	const char *rest = NULL;
	struct bytes raw, mark;
	int rc;

	if ((rc = query_open(&q, s, sql_pruned_event, err)) < 0)
		return rc;
	query_bind_int(q, "id", id);
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	raw = query_text(q, 1);
	while ((mark = twins_mark(raw, &rest)).data != NULL)
		if ((rc = add_mark(s, query_int(q, 0), mark, err)) < 0)
			return rc;
	return 0;
}

int store_remove_row(struct store *s, int64_t id, struct error *err)
{
	return query_run_with(s, sql_event_remove, "id", id, err);
}

int store_prune_event(struct store *s, int64_t id, struct error *err)
{
	int64_t horizon_ms;
	int rc;

	if ((rc = store_horizon(s, &horizon_ms, err)) < 0 || (rc = add_marks(s, id, err)) < 0)
		return rc;
	return store_remove_row(s, id, err);
}

/* A checkpoint that waits for nobody: it cuts the file once all of the WAL could be copied. */
static int shrink(struct store *s, bool *shrunk, struct error *err)
{
	int pages = -1, copied = -1;
	int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &copied);

	*shrunk = rc == SQLITE_OK && copied == pages;
	return rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : store_error(s, err);
}

int store_vacuum(struct store *s, bool *shrunk, struct error *err)
{
	int rc = store_exec(s, sql_text[sql_vacuum], err);

	return rc < 0 ? rc : shrink(s, shrunk, err);
}
