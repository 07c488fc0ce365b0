#include "trail/private.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static int prepare(struct query *q, struct store *s, const char *sql, unsigned flags,
		   struct error *err)
{
	q->store = s;
	if (sqlite3_prepare_v3(s->db, sql, -1, flags, &q->q, NULL) != SQLITE_OK)
		return store_error(s, err);
	assert(q->q != NULL);
	return 0;
}

int query_open(struct query **out, struct store *s, enum statement id, struct error *err)
{
	struct query *q = &s->query[id];
	int rc;

	if (q->q == NULL && (rc = prepare(q, s, sql_text[id], SQLITE_PREPARE_PERSISTENT, err)) < 0)
		return rc;
	if (q->open)
		query_again(q);
	q->open = true;
	*out = q;
	return 0;
}

int query_open_text(struct query **out, struct store *s, const char *sql, struct error *err)
{
	AUTO(query_closep) struct query *q = calloc(1, sizeof(*q));
	int rc;

	if (q == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	q->own = true;
	if ((rc = prepare(q, s, sql, 0, err)) < 0)
		return rc;
	*out = q;
	q = NULL;	/* the caller's now */
	return 0;
}

void query_close(struct query *q)
{
	if (q == NULL)
		return;
	if (!q->own) {
		query_again(q);
		q->open = false;
		return;
	}
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

/* How many bytes the UTF-8 sequence at p has, 0 if it is none. */
static size_t sequence_length(const unsigned char *p, size_t left)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = p[0] < 0xc0 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : p[0] < 0xf8 ? 4 : 0;
	uint32_t code;

	if (len == 0 || len > left)
		return 0;
	code = p[0] & (0xffu >> (len + 1));
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (p[i] & 0x3f);
	}
	if (code < smallest[len] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	return len;
}

/* Is it what SQL's text functions and readers of TEXT understand? */
static bool is_text(struct bytes value)
{
	const unsigned char *p = (const unsigned char *)value.data;
	size_t at = 0;

	while (at < value.len) {
		size_t len = p[at] < 0x80 ? p[at] != '\0' : sequence_length(p + at, value.len - at);

		if (len == 0)
			return false;
		at += len;
	}
	return true;
}

void bind_bytes_at(sqlite3_stmt *q, int at, struct bytes value)
{
	if (value.data == NULL)
		sqlite3_bind_null(q, at);
	else if (is_text(value))
		sqlite3_bind_text64(q, at, value.data, value.len, SQLITE_STATIC, SQLITE_UTF8);
	else
		sqlite3_bind_blob64(q, at, value.data, value.len, SQLITE_STATIC);
}

void query_bind_bytes(struct query *q, const char *name, struct bytes value)
{
	bind_bytes_at(q->q, parameter(q, name), value);
}

void query_bind_text(struct query *q, const char *name, const char *value)
{
	query_bind_bytes(q, name, (struct bytes){ value, value ? strlen(value) : 0 });
}

void query_bind_int(struct query *q, const char *name, int64_t value)
{
	sqlite3_bind_int64(q->q, parameter(q, name), value);
}

void query_bind_column(struct query *q, const char *name, const struct query *from, int column)
{
	sqlite3_bind_value(q->q, parameter(q, name), sqlite3_column_value(from->q, column));
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

int query_run(struct query *q, struct error *err)
{
	/* After some errors SQLite rolls back by itself: the rest must not be written without it. */
	if (sqlite3_get_autocommit(q->store->db)) {
		assert(q->store->failed);
		return error_set(err, ERR_TRAIL, "nothing more is written to trail '%s': a write before "
				 "failed", q->store->path);
	}
	if (sqlite3_step(q->q) != SQLITE_DONE)
		return store_write_error(q->store, err);
	return 0;
}

int query_run_with(struct store *s, enum statement which, const char *name, int64_t value,
		   struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, which, err)) < 0)
		return rc;
	query_bind_int(q, name, value);
	return query_run(q, err);
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

int64_t query_number(const struct query *q, int column)
{
	return query_is_null(q, column) ? NUM_NONE : query_int(q, column);
}

struct bytes query_text(const struct query *q, int column)
{
	struct bytes value = { NULL, 0 };

	if (sqlite3_column_type(q->q, column) == SQLITE_NULL)
		return value;
	if (sqlite3_column_type(q->q, column) == SQLITE_BLOB)
		value.data = sqlite3_column_blob(q->q, column);
	else
		value.data = (const char *)sqlite3_column_text(q->q, column);
	value.len = (size_t)sqlite3_column_bytes(q->q, column);
	if (value.data == NULL)		/* SQLite's answer for an empty BLOB */
		value.data = "";
	return value;
}
