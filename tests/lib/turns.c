/*
 * In every test: no statement is at a row when a transaction begins or is
 * committed. One that were would keep its snapshot, from which nobody may write
 * as soon as another process has.
 */
#include "turns.h"

#include "test.h"
#include "trail/private.h"

int __real_store_begin(struct store *s, struct error *err);
int __real_store_commit(struct store *s, struct error *err);
int __wrap_store_begin(struct store *s, struct error *err);
int __wrap_store_commit(struct store *s, struct error *err);

static void check_nothing_is_read(const struct store *s, const char *when)
{
	for (sqlite3_stmt *q = sqlite3_next_stmt(s->db, NULL); q; q = sqlite3_next_stmt(s->db, q))
		if (sqlite3_stmt_busy(q))
			fail_msg("at %s this is still at a row: %s", when, sqlite3_sql(q));
}

int __wrap_store_begin(struct store *s, struct error *err)
{
	check_nothing_is_read(s, "begin");
	return __real_store_begin(s, err);
}

int __wrap_store_commit(struct store *s, struct error *err)
{
	check_nothing_is_read(s, "commit");
	return __real_store_commit(s, err);
}

int begin_while_reading(struct store *s, struct error *err)
{
	return __real_store_begin(s, err);
}
