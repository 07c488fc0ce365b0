#include "verdict/check_private.h"

#include "base/array.h"

#include <stdio.h>

/* A column of the table at hand. */
struct column {
	char *name;
	bool is_key, has_words;
};

struct table {
	char *name;
	struct column *column;
	size_t count, cap;
};

/* The columns of every row that compare_text() asks for; three for each of the table's follow. */
enum { IS_STORED, IS_DERIVED, EVENT, HOST, TIME, ROW, COLUMNS };

static void table_release(struct table *t)
{
	for (size_t i = 0; i < t->count; i++)
		free(t->column[i].name);
	free(t->column);
	free(t->name);
}

static int copy(char **out, struct bytes text, struct error *err)
{
	*out = strndup(text.data ? text.data : "", text.len);
	return *out == NULL ? error_set(err, ERR_NOMEM, "out of memory") : 0;
}

static int read_columns(struct checker *c, struct table *t, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, c->store, sql_check_columns, err)) < 0)
		return rc;
	query_bind_text(q, "table", t->name);
	while ((rc = query_step(q, err)) > 0) {
		struct column *column;

		rc = array_grow(&t->column, &t->cap, t->count + 1, sizeof(*t->column), err);
		if (rc < 0)
			return rc;
		column = &t->column[t->count];
		*column = (struct column){ NULL, query_int(q, 1) != 0, query_int(q, 2) != 0 };
		if ((rc = copy(&column->name, query_text(q, 0), err)) < 0)
			return rc;
		t->count++;
	}
	return rc;
}

/* A table's key that is the id of an event. */
static bool is_event(const struct table *t, const struct column *column)
{
	return column->is_key && (strcmp(column->name, "event_id") == 0 ||
				  (strcmp(t->name, "event") == 0 && strcmp(column->name, "id") == 0));
}

static const char *find(const struct table *t, bool (*is)(const struct table *, const struct column *))
{
	for (size_t i = 0; i < t->count; i++)
		if (is(t, &t->column[i]))
			return t->column[i].name;
	return NULL;
}

static bool is_host(const struct table *t, const struct column *column)
{
	(void)t;
	return strcmp(column->name, "host_id") == 0;
}

static bool is_key(const struct table *t, const struct column *column)
{
	(void)t;
	return column->is_key;
}

/* The value of a column in one of the two tables, in words where its numbers have some. */
static void put_value(FILE *out, const struct column *column, const char *from)
{
	if (column->has_words)
		fprintf(out, "coalesce((SELECT word FROM main.word WHERE kind = '%s' AND number = %s.\"%s\"), ",
			column->name, from, column->name);
	fprintf(out, "%s.\"%s\"%s", from, column->name, column->has_words ? ")" : "");
}

/* What of an event, or of a host, is found in the one trail or in the other. */
static void put_found(FILE *out, const char *what, const char *table, const char *id)
{
	fprintf(out, "coalesce((SELECT %s FROM stored.%s WHERE id = %s), "
		"(SELECT %s FROM main.%s WHERE id = %s))", what, table, id, what, table, id);
}

static void put_place(FILE *out, const struct table *t)
{
	const char *event = find(t, is_event), *host = find(t, is_host);
	char event_id[200] = "NULL", host_id[260];

	if (event != NULL)
		snprintf(event_id, sizeof(event_id), "coalesce(k.\"%s\", d.\"%s\")", event, event);
	fprintf(out, ", %s, ", event_id);
	if (host != NULL)
		snprintf(host_id, sizeof(host_id), "coalesce(k.\"%s\", d.\"%s\")", host, host);
	else
		snprintf(host_id, sizeof(host_id), "(SELECT host_id FROM stored.event WHERE id = %s)",
			 event_id);
	put_found(out, "name", "machine", host_id);
	fputs(", ", out);
	put_found(out, "time_ms", "event", event_id);
}

/* "mechanism finit_module.b64, actor root" */
static void put_row(FILE *out, const struct table *t)
{
	const char *comma = "";

	fputs(", ''", out);
	for (size_t i = 0; i < t->count; i++) {
		const struct column *column = &t->column[i];

		if (!column->is_key || is_event(t, column) || is_host(t, column))
			continue;
		fprintf(out, " || '%s%s ' || coalesce(", comma, column->name);
		put_value(out, column, "k");
		fputs(", ", out);
		put_value(out, column, "d");
		fputs(")", out);
		comma = ", ";
	}
}

static void put_keys(FILE *out, const struct table *t)
{
	const char *and = "";

	for (size_t i = 0; i < t->count; i++) {
		if (!t->column[i].is_key)
			continue;
		fprintf(out, "%sk.\"%s\" = d.\"%s\"", and, t->column[i].name, t->column[i].name);
		and = " AND ";
	}
}

/* Every column of a row, in the one table and in the other, and whether it differs. */
static void put_rows(FILE *out, const struct table *t, const char *from, const char *to)
{
	const char *key = find(t, is_key);

	fprintf(out, "SELECT k.\"%s\" IS NOT NULL, d.\"%s\" IS NOT NULL", key, key);
	put_place(out, t);
	put_row(out, t);
	for (size_t i = 0; i < t->count; i++) {
		const struct column *column = &t->column[i];

		fputs(", ", out);
		put_value(out, column, "k");
		fputs(", ", out);
		put_value(out, column, "d");
		fprintf(out, ", k.\"%s\" IS NOT d.\"%s\"", column->name, column->name);
	}
	fprintf(out, " FROM %s LEFT JOIN %s ON ", from, to);
	put_keys(out, t);
}

/* The statement that finds what differs: rows of the trail that do, then those that it lacks. */
static char *compare_text(const struct table *t)
{
	AUTO(freep) char *stored = NULL;
	AUTO(freep) char *derived = NULL;
	const char *key = find(t, is_key);
	char *text = NULL;
	size_t len;
	FILE *out;

	if (asprintf(&stored, "stored.\"%s\" AS k", t->name) < 0)
		stored = NULL;
	if (asprintf(&derived, "main.\"%s\" AS d", t->name) < 0)
		derived = NULL;
	if (stored == NULL || derived == NULL || (out = open_memstream(&text, &len)) == NULL)
		return NULL;
	put_rows(out, t, stored, derived);
	fprintf(out, " WHERE d.\"%s\" IS NULL", key);
	for (size_t i = 0; i < t->count; i++)
		fprintf(out, " OR k.\"%s\" IS NOT d.\"%s\"", t->column[i].name, t->column[i].name);
	fputs(" UNION ALL ", out);
	put_rows(out, t, derived, stored);
	fprintf(out, " WHERE k.\"%s\" IS NULL", key);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static int tell_row(struct checker *c, const struct table *t, const struct query *q, struct error *err)
{
	struct difference d = {
		.table = bytes_of(t->name),
		.event_id = query_int(q, EVENT),
		.host = query_text(q, HOST),
		.time_ms = query_is_null(q, TIME) ? NUM_NONE : query_int(q, TIME),
		.row = query_text(q, ROW),
	};
	int rc;

	if (!query_int(q, IS_STORED) || !query_int(q, IS_DERIVED)) {
		d.kind = query_int(q, IS_STORED) ? DIFFERS_UNFOUNDED : DIFFERS_MISSING;
		return check_tell(c, &d, err);
	}
	for (size_t i = 0; i < t->count; i++) {
		int at = COLUMNS + 3 * (int)i;

		if (!query_int(q, at + 2))
			continue;
		d.kind = DIFFERS_FIELD;
		d.field = bytes_of(t->column[i].name);
		d.stored = query_text(q, at);
		d.expected = query_text(q, at + 1);
		if ((rc = check_tell(c, &d, err)) < 0)
			return rc;
	}
	return 0;
}

static int compare_table(struct checker *c, struct bytes name, struct error *err)
{
	AUTO(table_release) struct table t = { 0 };
	AUTO(query_closep) struct query *q = NULL;
	AUTO(freep) char *text = NULL;
	int rc;

	if ((rc = copy(&t.name, name, err)) < 0 || (rc = read_columns(c, &t, err)) < 0)
		return rc;
	if ((text = compare_text(&t)) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = query_open_text(&q, c->store, text, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0)
		if ((rc = tell_row(c, &t, q, err)) < 0)
			return rc;
	return rc;
}

int check_compare(struct checker *c, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, c->store, sql_check_tables, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0)
		if ((rc = compare_table(c, query_text(q, 0), err)) < 0)
			return rc;
	return rc;
}
