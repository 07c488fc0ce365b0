#include "trail/private.h"

static int read_horizon(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_horizon_find, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	s->horizon_ms = rc > 0 ? query_int(q, 0) : INT64_MIN;
	s->horizon_known = !sqlite3_get_autocommit(s->db);
	return 0;
}

int store_horizon(struct store *s, int64_t *before_ms, struct error *err)
{
	int rc = s->horizon_known ? 0 : read_horizon(s, err);

	*before_ms = s->horizon_ms;
	return rc;
}

int store_set_horizon(struct store *s, int64_t before_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_horizon_put, err)) < 0)
		return rc;
	query_bind_int(q, "before_ms", before_ms);
	s->horizon_known = false;
	return query_run(q, err);
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
