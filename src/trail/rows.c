#include "trail/private.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

/*
 * To begin and to end a statement takes SQLite half as long as to add a row:
 * most of that is gone with eight rows, and not much more with more.
 */
#define ROWS 8

/* Parameters without a name have the numbers behind those before. */
static void append_row(sqlite3_str *text, const char *row)
{
	for (; *row != ';'; row++) {
		if (*row != ':') {
			sqlite3_str_appendchar(text, 1, *row);
			continue;
		}
		sqlite3_str_appendchar(text, 1, '?');
		while (isalnum((unsigned char)row[1]) || row[1] == '_')
			row++;
	}
}

/* The statement's text with its row as often as we need it. NULL without memory; to be freed. */
static char *text_of_several(const char *one)
{
	static const char values[] = "VALUES ";
	sqlite3_str *text = sqlite3_str_new(NULL);
	const char *row = strstr(one, values), *end = strrchr(one, ';');

	assert(row != NULL && end != NULL);
	sqlite3_str_append(text, one, (int)(end - one));
	for (int i = 1; i < ROWS; i++) {
		sqlite3_str_appendchar(text, 1, ',');
		append_row(text, row + strlen(values));
	}
	return sqlite3_str_finish(text);
}

static sqlite3_stmt *several(struct store *s, enum statement id, struct error *err)
{
	sqlite3_stmt **q = &s->several[id];
	char *text;

	if (*q != NULL)
		return *q;
	if ((text = text_of_several(store_statement_text(id))) == NULL) {
		error_set(err, ERR_NOMEM, "out of memory");
		return NULL;
	}
	if (sqlite3_prepare_v3(s->db, text, -1, SQLITE_PREPARE_PERSISTENT, q, NULL) != SQLITE_OK)
		store_error(s, err);
	sqlite3_free(text);
	return *q;
}

int store_put_rows(struct store *s, const struct row_kind *kind, const void *rows, size_t count,
		   struct error *err)
{
	const char *row = rows;
	size_t n;
	int rc;

	for (; count > 0; count -= n) {
		sqlite3_stmt *one = store_statement_by_number(s, kind->add, kind->names, err);
		AUTO(store_done) sqlite3_stmt *q = NULL;

		if (one == NULL)
			return ERR_TRAIL;
		n = count < ROWS ? 1 : ROWS;
		if ((q = n == 1 ? one : several(s, kind->add, err)) == NULL)
			return ERR_TRAIL;
		for (size_t i = 0; i < n; i++, row += kind->size)
			kind->bind(q, (int)i * sqlite3_bind_parameter_count(one), row);
		if ((rc = store_run(s, q, err)) < 0)
			return rc;
	}
	return 0;
}
