#include "trail/private.h"

#include <string.h>

/* What a user's statement may do; why the first thing that it may not is refused. */
static int authorize(void *arg, int action, const char *first, const char *second,
		     const char *database, const char *view)
{
	static const char *const harmless[] = {
		"application_id", "collation_list", "compile_options", "foreign_key_list",
		"function_list", "index_info", "index_list", "index_xinfo", "integrity_check",
		"quick_check", "table_info", "table_list", "table_xinfo",
	};
	const char **reason = arg;

	(void)database;
	(void)view;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_FUNCTION:
		if (strcasecmp(second, "load_extension") != 0)
			return SQLITE_OK;
		*reason = "it would load code";
		return SQLITE_DENY;
	case SQLITE_ATTACH:
	case SQLITE_DETACH:
		*reason = "it would open another database";
		return SQLITE_DENY;
	case SQLITE_PRAGMA:
		for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
			if (strcasecmp(first, harmless[i]) == 0)
				return SQLITE_OK;
		*reason = "this PRAGMA is not for reading";
		return SQLITE_DENY;
	case SQLITE_TRANSACTION:
	case SQLITE_SAVEPOINT:
		*reason = "it would begin or end a transaction";
		return SQLITE_DENY;
	default:
		*reason = "it would write";
		return SQLITE_DENY;
	}
}

static int prepare_user(struct store *s, const char *sql, sqlite3_stmt **q, const char **tail,
			struct error *err)
{
	const char *reason = NULL;
	int rc;

	sqlite3_set_authorizer(s->db, authorize, &reason);
	rc = sqlite3_prepare_v2(s->db, sql, -1, q, tail);
	sqlite3_set_authorizer(s->db, NULL, NULL);
	if (rc == SQLITE_OK && *q != NULL && !sqlite3_stmt_readonly(*q))
		reason = "it would write";
	if (reason != NULL)
		return error_set(err, ERR_USAGE, "not run, because %s: expected one statement that reads, "
				 "such as SELECT", reason);
	if (rc == SQLITE_OK)
		return 0;
	if ((rc & 0xff) != SQLITE_ERROR)
		return store_error(s, err);
	return error_set(err, ERR_USAGE, "%s: expected one SELECT over the views activity, tool_run, "
			 "rule_change, host, loss", sqlite3_errmsg(s->db));
}

/* Is there more than blanks and comments? An error in it counts as more. */
static bool is_statement(struct store *s, const char *sql)
{
	sqlite3_stmt *q = NULL;
	const char *tail = sql;
	bool is = false;

	while (*tail != '\0' && !is)
		is = sqlite3_prepare_v2(s->db, tail, -1, &q, &tail) != SQLITE_OK || q != NULL;
	sqlite3_finalize(q);
	return is;
}

int query_open_user(struct query **out, struct store *s, const char *sql, struct error *err)
{
	AUTO(query_closep) struct query *query = calloc(1, sizeof(*query));
	const char *tail;
	int rc;

	if (query == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	query->store = s;
	query->own = true;
	if ((rc = prepare_user(s, sql, &query->q, &tail, err)) < 0)
		return rc;
	if (query->q == NULL)
		return error_set(err, ERR_USAGE, "nothing to run: expected one statement that reads, such "
				 "as SELECT");
	if (is_statement(s, tail))
		return error_set(err, ERR_USAGE, "more than one statement: expected one that reads, such "
				 "as SELECT");
	*out = query;
	query = NULL;	/* the caller's now */
	return 0;
}
