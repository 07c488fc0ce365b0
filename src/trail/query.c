#include "trail/private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct query {
	struct store *store;
	sqlite3_stmt *q;
};

int query_open(struct query **out, struct store *s, const char *sql, struct error *err)
{
	AUTO(query_closep) struct query *query = calloc(1, sizeof(*query));

	if (query == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	query->store = s;
	if (sqlite3_prepare_v2(s->db, sql, -1, &query->q, NULL) != SQLITE_OK)
		return store_error(s, err);
	assert(query->q != NULL);
	*out = query;
	query = NULL;	/* the caller's now */
	return 0;
}

void query_close(struct query *q)
{
	if (q == NULL)
		return;
	sqlite3_finalize(q->q);
	free(q);
}

void query_again(struct query *q)
{
	sqlite3_reset(q->q);
	sqlite3_clear_bindings(q->q);
}

static int parameter(const struct query *q, const char *name)
{
	char full[64];
	int at;

	snprintf(full, sizeof(full), ":%s", name + (name[0] == ':'));
	at = sqlite3_bind_parameter_index(q->q, full);
	assert(at > 0);
	return at;
}

void query_bind_text(struct query *q, const char *name, const char *value)
{
	struct bytes text = { value, value ? strlen(value) : 0 };

	bind_bytes_at(q->q, parameter(q, name), text);
}

void query_bind_int(struct query *q, const char *name, int64_t value)
{
	sqlite3_bind_int64(q->q, parameter(q, name), value);
}

/* Without locks, what a writer did meanwhile may be mixed into what was read. */
static int check_unchanged(const struct store *s, struct error *err)
{
	struct stat now;

	if (!s->unlocked)
		return 0;
	if (stat(s->path, &now) == 0 && now.st_size == s->opened.st_size &&
	    now.st_mtim.tv_sec == s->opened.st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == s->opened.st_mtim.tv_nsec)
		return 0;
	return error_set(err, ERR_TRAIL, "trail '%s' was written to while it was read without locks: "
			 "run again", s->path);
}

int query_step(struct query *q, struct error *err)
{
	int rc = sqlite3_step(q->q);

	if (rc == SQLITE_ROW)
		return 1;
	if (check_unchanged(q->store, err) < 0)
		return ERR_TRAIL;
	return rc == SQLITE_DONE ? 0 : store_error(q->store, err);
}

int query_columns(const struct query *q)
{
	return sqlite3_column_count(q->q);
}

const char *query_name(const struct query *q, int column)
{
	return sqlite3_column_name(q->q, column);
}

int query_column(const struct query *q, const char *name)
{
	for (int i = 0; i < query_columns(q); i++)
		if (strcmp(query_name(q, i), name) == 0)
			return i;
	assert(!"our SQL has the columns that we ask it for");
	return -1;
}

bool query_is_null(const struct query *q, int column)
{
	return sqlite3_column_type(q->q, column) == SQLITE_NULL;
}

bool query_is_number(const struct query *q, int column)
{
	int type = sqlite3_column_type(q->q, column);

	return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

int64_t query_int(const struct query *q, int column)
{
	return sqlite3_column_int64(q->q, column);
}

struct bytes query_text(const struct query *q, int column)
{
	return column_bytes(q->q, column);
}

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
	AUTO(store_finalize) sqlite3_stmt *q = NULL;
	const char *tail = sql;

	while (*tail != '\0') {
		if (sqlite3_prepare_v2(s->db, tail, -1, &q, &tail) != SQLITE_OK || q != NULL)
			return true;
	}
	return false;
}

int query_open_user(struct query **out, struct store *s, const char *sql, struct error *err)
{
	AUTO(query_closep) struct query *query = calloc(1, sizeof(*query));
	const char *tail;
	int rc;

	if (query == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	query->store = s;
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
