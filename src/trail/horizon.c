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

int store_vacuum(struct store *s, struct error *err)
{
	return store_exec(s, sql_text[sql_vacuum], err);
}
