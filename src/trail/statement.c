#include "trail/private.h"

#include "sql.h"

#include <assert.h>
#include <limits.h>
#include <string.h>

static const char *const statements[] = {
	[MACHINE_FIND] = sql_machine_find,
	[MACHINE_ADD] = sql_machine_add,
	[EVENT_ADD] = sql_event_add,
	[EVENT_REPLACE] = sql_event_replace,
	[EVENT_FIND] = sql_event_find,
	[EVENT_NEWEST] = sql_event_newest,
	[DATA_VERSION] = sql_data_version,
	[RECORD_ADD] = sql_record_add,
	[RECORD_REPLACE] = sql_record_replace,
	[RECORD_FIND] = sql_record_find,
	[LINK_OTHERS] = sql_link_others,
	[LINK_EXEC_BEFORE] = sql_link_exec_before,
	[LINK_EXEC_AFTER] = sql_link_exec_after,
	[LINK_STEPS] = sql_link_steps,
	[LINK_STARTS] = sql_link_starts,
	[LINK_STARTED] = sql_link_started,
	[LINK_ADD] = sql_link_add,
	[LINK_PUT] = sql_link_put,
	[LINK_REMOVE] = sql_link_remove,
	[SOURCE_PUT] = sql_source_put,
	[SOURCE_FIND] = sql_source_find,
	[SOURCE_SIZE] = sql_source_size,
	[LOSS_ADD] = sql_loss_add,
	[LOSS_FORGET] = sql_loss_forget,
	[SERIAL_FIND] = sql_serial_find,
	[SERIAL_REMOVE] = sql_serial_remove,
	[SERIAL_ADD] = sql_serial_add,
	[SERIAL_RIVALS] = sql_serial_rivals,
	[SERIAL_NEWER] = sql_serial_newer,
	[SERIAL_GAPS] = sql_serial_gaps,
	[SERIAL_COUNT] = sql_serial_count,
	[SERIAL_OLDEST] = sql_serial_oldest,
	[MARKER_ADD] = sql_marker_add,
	[MARKER_REMOVE] = sql_marker_remove,
	[NEWS_ADD] = sql_news_add,
	[HORIZON_FIND] = sql_horizon_find,
	[HORIZON_PUT] = sql_horizon_put,
};
_Static_assert(ARRAY_SIZE(statements) == STATEMENT_COUNT, "every statement needs its text");

const char *store_statement_text(enum statement id)
{
	return statements[id];
}

sqlite3_stmt *store_statement(struct store *s, enum statement id, struct error *err)
{
	sqlite3_stmt **q = &s->statement[id];

	if (*q == NULL && sqlite3_prepare_v3(s->db, statements[id], -1, SQLITE_PREPARE_PERSISTENT, q,
					     NULL) != SQLITE_OK)
		store_error(s, err);
	return *q;
}

static void check_names(sqlite3_stmt *q, const char *const names[])
{
	int at = 0;

	while (names[at] != NULL) {
		const char *name = sqlite3_bind_parameter_name(q, ++at);

		assert(name != NULL && strcmp(name, names[at - 1]) == 0);
	}
	assert(sqlite3_bind_parameter_count(q) == at);
}

sqlite3_stmt *store_statement_by_number(struct store *s, enum statement id,
					const char *const names[], struct error *err)
{
	bool known = s->statement[id] != NULL;
	sqlite3_stmt *q = store_statement(s, id, err);

	if (!known && q != NULL)
		check_names(q, names);
	return q;
}

void store_done(sqlite3_stmt **q)
{
	if (*q == NULL)
		return;
	sqlite3_reset(*q);
	sqlite3_clear_bindings(*q);
}

void store_finalize(sqlite3_stmt **q)
{
	sqlite3_finalize(*q);
}

int store_run(struct store *s, sqlite3_stmt *q, struct error *err)
{
	/* After some errors SQLite rolls back by itself: the rest must not be written without it. */
	if (sqlite3_get_autocommit(s->db)) {
		assert(s->failed);
		return error_set(err, ERR_TRAIL, "nothing more is written to trail '%s': a write before "
				 "failed", s->path);
	}
	if (sqlite3_step(q) != SQLITE_DONE)
		return store_write_error(s, err);
	return 0;
}

static int parameter(sqlite3_stmt *q, const char *name)
{
	int at = sqlite3_bind_parameter_index(q, name);

	assert(at > 0);		/* the .sql file and we disagree */
	return at;
}

void bind_int(sqlite3_stmt *q, const char *name, int64_t value)
{
	sqlite3_bind_int64(q, parameter(q, name), value);
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

void bind_bytes(sqlite3_stmt *q, const char *name, struct bytes value)
{
	bind_bytes_at(q, parameter(q, name), value);
}

void bind_blob(sqlite3_stmt *q, const char *name, struct bytes value)
{
	sqlite3_bind_blob64(q, parameter(q, name), value.data, value.len, SQLITE_STATIC);
}

struct bytes column_bytes(sqlite3_stmt *q, int column)
{
	struct bytes value = { NULL, 0 };

	if (sqlite3_column_type(q, column) == SQLITE_NULL)
		return value;
	if (sqlite3_column_type(q, column) == SQLITE_BLOB)
		value.data = sqlite3_column_blob(q, column);
	else
		value.data = (const char *)sqlite3_column_text(q, column);
	value.len = (size_t)sqlite3_column_bytes(q, column);
	if (value.data == NULL)		/* SQLite's answer for an empty BLOB */
		value.data = "";
	return value;
}

int buffer_add(struct buffer *b, const void *data, size_t len, struct error *err)
{
	int rc = array_grow(&b->data, &b->cap, b->len + len, 1, err);

	if (rc < 0)
		return rc;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	return 0;
}
