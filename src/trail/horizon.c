#include "trail/private.h"

#include "sql.h"

int store_horizon(struct store *s, int64_t *before_ms, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = NULL;
	int step;

	if (!s->horizon_known) {
		if ((q = store_statement(s, HORIZON_FIND, err)) == NULL)
			return ERR_TRAIL;
		s->horizon_ms = INT64_MIN;
		if ((step = sqlite3_step(q)) == SQLITE_ROW)
			s->horizon_ms = sqlite3_column_int64(q, 0);
		else if (step != SQLITE_DONE)
			return store_error(s, err);
		s->horizon_known = !sqlite3_get_autocommit(s->db);
	}
	*before_ms = s->horizon_ms;
	return 0;
}

int store_set_horizon(struct store *s, int64_t before_ms, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, HORIZON_PUT, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":before_ms", before_ms);
	s->horizon_known = false;
	return store_run(s, q, err);
}

int store_vacuum(struct store *s, struct error *err)
{
	return store_exec(s, sql_vacuum, err);
}
