/* sql: named queries, and statements of one's own that only read. */
#include "base/clock.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "report/columns.h"
#include "sql.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define SELFTEST "selftest"	/* the parameter of queries that leave self-tests out */

struct sql {
	enum table_format format;
	bool names_only, selftest;
	const char *statement;	/* -e */
	const char *name;	/* of a query, or NULL */
	char **values;		/* NAME=VALUE, ended by NULL; they are argv's */
	size_t value_count;
};

enum { OPTION_JSON = OPTION_LONG, OPTION_CSV };

static const struct command_option options[] = {
	{ NULL, OPTION_OPERAND, "NAME", "a named query; without one they are listed", IS_TAKEN },
	{ NULL, OPTION_OPERAND, "PARAMETER=VALUE", "those of the query; all may be left out", IS_TAKEN },
	{ "execute", 'e', "STATEMENT", "one SELECT over the views activity, tool_run,\n"
		"rule_change, host and loss", SETS_TEXT(struct sql, statement) },
	{ "names", 0, NULL, "list the bare names", SETS_FLAG(struct sql, names_only) },
	{ "selftest", 0, NULL, "also what self-tests did", SETS_FLAG(struct sql, selftest) },
	{ "json", OPTION_JSON, NULL, NULL, IS_TAKEN },
	{ "csv", OPTION_CSV, NULL, "for programs", IS_TAKEN },
};

/*
 * The next parameter (":since") in a statement of ours, from *at on: comments
 * and quoted texts are skipped. Length 0 at the end.
 */
static struct bytes next_parameter(const char **at)
{
	const char *p = *at, *start;

	while (*p != '\0') {
		if (strncmp(p, "--", 2) == 0) {
			p += strcspn(p, "\n");
		} else if (*p == '\'') {
			p += 1 + strcspn(p + 1, "'");
			p += *p != '\0';
		} else if (*p == ':' && islower((unsigned char)p[1])) {
			for (start = ++p; islower((unsigned char)*p) || *p == '_'; p++)
				;
			*at = p;
			/* Given by an option. */
			if (!bytes_are((struct bytes){ start, (size_t)(p - start) }, SELFTEST))
				return (struct bytes){ start, (size_t)(p - start) };
		} else {
			p++;
		}
	}
	*at = p;
	return (struct bytes){ p, 0 };
}

/* All parameters of a statement, each once: "since, until", or "" for none. */
static void list_parameters(const char *sql, char *out, size_t size)
{
	struct bytes name;
	char word[64];
	size_t len = 0;

	*out = '\0';
	while ((name = next_parameter(&sql)).len > 0) {
		snprintf(word, sizeof(word), "%.*s", (int)name.len, name.data);
		if (strstr(out, word) == NULL && len < size)
			len += (size_t)snprintf(out + len, size - len, "%s%s", len ? ", " : "",
						word);
	}
}

static bool has_parameter(const char *sql, const char *name, size_t len)
{
	struct bytes found;

	while ((found = next_parameter(&sql)).len > 0)
		if (found.len == len && memcmp(found.data, name, len) == 0)
			return true;
	return false;
}

static int list_names(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sql_queries); i++)
		puts(sql_queries[i].name);
	return STATUS_DONE;
}

static int list_query(struct table *t, size_t i, struct error *err)
{
	const char *answers = sql_queries[i].answers, *name = sql_queries[i].name;
	char parameters[256];
	int rc;

	list_parameters(sql_queries[i].sql, parameters, sizeof(parameters));
	if ((rc = table_row(t, err)) < 0 ||
	    (rc = table_text(t, (struct bytes){ name, strlen(name) }, COLOR_NONE, err)) < 0)
		return rc;
	rc = *parameters == '\0' ? table_missing(t, err)
		: table_text(t, (struct bytes){ parameters, strlen(parameters) }, COLOR_NONE, err);
	if (rc < 0)
		return rc;
	return table_text(t, (struct bytes){ answers, strlen(answers) }, COLOR_NONE, err);
}

static int list_queries(const struct sql *s, struct error *err)
{
	static const struct column name = { .name = "name", .type = COLUMN_TEXT };
	static const struct column answers = { .name = "answers", .type = COLUMN_TEXT };
	static const struct column takes = { .name = "parameters", .type = COLUMN_TEXT };
	static const struct column *const columns[] = { &name, &takes, &answers };
	AUTO(table_freep) struct table *t = NULL;
	struct table *ended;
	int rc;

	rc = table_begin(&t, stdout, s->format, "queries", columns, ARRAY_SIZE(columns), false,
			 err);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < ARRAY_SIZE(sql_queries); i++)
		if ((rc = list_query(t, i, err)) < 0)
			return rc;
	ended = t;
	t = NULL;
	return table_end(ended, err);
}

static const char *find_query(const char *name, struct error *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(sql_queries); i++)
		if (strcmp(sql_queries[i].name, name) == 0)
			return sql_queries[i].sql;
	error_set(err, ERR_USAGE, "there is no query '%s': 'modtrail sql' lists them, "
		  "and -e runs a statement", name);
	return NULL;
}

/* since and until are times as people type them; everything else is text. */
static int bind_value(struct query *q, const char *sql, char *assignment, struct error *err)
{
	char *value = strchr(assignment, '='), parameters[256];
	bool is_time;
	int64_t ms;

	if (value == NULL)
		return error_set(err, ERR_USAGE, "'%s' gives no value: expected NAME=VALUE",
				 assignment);
	*value++ = '\0';
	if (!has_parameter(sql, assignment, strlen(assignment))) {
		list_parameters(sql, parameters, sizeof(parameters));
		return error_set(err, ERR_USAGE, "the query has no parameter '%s': it takes %s",
				 assignment, *parameters ? parameters : "none");
	}
	is_time = strcmp(assignment, "since") == 0 || strcmp(assignment, "until") == 0;
	if (!is_time)
		query_bind_text(q, assignment, value);
	else if (time_parse(value, clock_ms(CLOCK_REALTIME), &ms))
		query_bind_int(q, assignment, ms);
	else
		return error_set(err, ERR_USAGE, "time '%s' cannot be read: expected for example "
				 "2h, yesterday or '2026-11-23 10:00'", value);
	return 0;
}

static bool leaves_out_selftests(const char *sql)
{
	return strstr(sql, ":" SELFTEST) != NULL;
}

static int open_query(struct query **out, const struct sql *s, struct store *store,
		      struct error *err)
{
	const char *sql;
	int rc;

	if (s->statement != NULL)
		return query_open_user(out, store, s->statement, err);
	sql = find_query(s->name, err);
	if (sql == NULL)
		return ERR_USAGE;
	if ((rc = query_open_text(out, store, sql, err)) < 0)
		return rc;
	if (leaves_out_selftests(sql))
		query_bind_int(*out, SELFTEST, s->selftest);
	for (char **value = s->values; *value != NULL; value++)
		if ((rc = bind_value(*out, sql, *value, err)) < 0)
			return rc;
	return 0;
}

/* SQLite has types per value, not per column, and knows numbers that JSON does not: Inf. */
static int put_value(struct table *t, const struct query *q, int column, struct error *err)
{
	bool number = query_is_number(q, column);
	struct bytes text = query_text(q, column);

	if (!number || memchr(text.data, 'n', text.len) != NULL)
		return table_text(t, text, value_color(query_name(q, column), text), err);
	if (memchr(text.data, '.', text.len) != NULL || memchr(text.data, 'e', text.len) != NULL)
		return table_decimal(t, text, err);
	return table_number(t, query_int(q, column), err);
}

static int put_row(struct table *t, const struct query *q, struct error *err)
{
	int rc;

	if ((rc = table_row(t, err)) < 0)
		return rc;
	for (int i = 0; i < query_columns(q); i++)
		if ((rc = put_value(t, q, i, err)) < 0)
			return rc;
	return 0;
}

/* The columns of a result as its first row has them, if there is one. */
static void describe_columns(const struct query *q, bool has_row, struct column *columns,
			     const struct column **list)
{
	for (int i = 0; i < query_columns(q); i++) {
		bool number = has_row && query_is_number(q, i);

		columns[i] = (struct column){
			.name = query_name(q, i),
			.type = number ? COLUMN_NUMBER : COLUMN_TEXT,
		};
		list[i] = &columns[i];
	}
}

static int print_rows(const struct sql *s, struct query *q, struct error *err)
{
	size_t count = (size_t)query_columns(q);
	AUTO(freep) struct column *columns = calloc(count, sizeof(*columns));
	AUTO(freep) const struct column **list = calloc(count, sizeof(*list));
	AUTO(table_freep) struct table *t = NULL;
	struct table *ended;
	int more, rc;

	if (columns == NULL || list == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((more = query_step(q, err)) < 0)
		return more;
	describe_columns(q, more > 0, columns, list);
	if ((rc = table_begin(&t, stdout, s->format, "rows", list, count,
			      table_color_wanted(stdout), err)) < 0)
		return rc;
	if (more == 0 && s->format == TABLE_TEXT)
		puts("no rows");
	for (; more > 0; more = query_step(q, err))
		if ((rc = put_row(t, q, err)) < 0)
			return rc;
	if (more < 0)
		return more;
	ended = t;
	t = NULL;
	return table_end(ended, err);
}

/* Views of what verify has put down. */
static bool reads_verdicts(const char *sql)
{
	return strstr(sql, "FROM coverage") != NULL || strstr(sql, "FROM selftest") != NULL;
}

static int tell_unjudged(const struct sql *s, struct store *store, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t count;
	int rc;

	/* Who writes a statement knows what verify is for. */
	if (s->name == NULL || !reads_verdicts(find_query(s->name, err)))
		return 0;
	if ((rc = query_open(&q, store, sql_unjudged, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	if ((count = query_int(q, 0)) > 0)
		fprintf(stderr, "modtrail sql: self-tests of %" PRId64 " host%s have news that 'modtrail verify' "
			"must judge first\n", count, count == 1 ? "" : "s");
	return 0;
}

/* JSON and CSV stay clean. */
static int print_left_out(const struct sql *s, struct store *store, struct error *err)
{
	FILE *out = s->format == TABLE_TEXT ? stdout : stderr;
	AUTO(query_closep) struct query *q = NULL;
	int64_t count;
	int rc;

	if (s->selftest || s->name == NULL || !leaves_out_selftests(find_query(s->name, err)))
		return 0;
	if ((rc = query_open(&q, store, sql_selftest_acts, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	count = query_int(q, 0);
	if (count > 0)
		fprintf(out, "%s%" PRId64 " action%s of self-tests in the trail %s left out: --selftest "
			"takes them in\n", out == stdout ? "\n" : "", count, count == 1 ? "" : "s",
			count == 1 ? "is" : "are");
	return 0;
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct sql *s = to;

	(void)err;
	if (id != OPTION_OPERAND)
		s->format = id == OPTION_JSON ? TABLE_JSON : TABLE_CSV;
	else if (s->name == NULL)
		s->name = value;
	else
		s->values[s->value_count++] = (char *)value;
	return 0;
}

static int read_options(struct sql *s, int argc, char **argv, struct error *err)
{
	int rc;

	if ((s->values = calloc((size_t)argc + 1, sizeof(*s->values))) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = command_read(&command_sql, argc, argv, take, s, err)) < 0)
		return rc;
	if (s->name != NULL && s->statement != NULL)
		return error_set(err, ERR_USAGE, "unexpected argument '%s': -e takes the whole "
				 "statement as one argument", s->name);
	return 0;
}

static void release(struct sql *s)
{
	free(s->values);
}

static int sql_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(store_closep) struct store *store = NULL;
	AUTO(query_closep) struct query *q = NULL;	/* closed before the store */
	AUTO(release) struct sql s = { .format = TABLE_TEXT };
	int rc;

	if ((rc = read_options(&s, argc, argv, err)) < 0)
		return rc;
	if (s.names_only)
		return list_names();
	if (s.statement == NULL && s.name == NULL)
		return list_queries(&s, err);
	if (s.name != NULL && find_query(s.name, err) == NULL)
		return ERR_USAGE;	/* told even where there is no trail yet */
	if ((rc = store_open(&store, g->trail, STORE_READ, err)) < 0 ||
	    (rc = open_query(&q, &s, store, err)) < 0 || (rc = print_rows(&s, q, err)) < 0 ||
	    (rc = print_left_out(&s, store, err)) < 0 || (rc = tell_unjudged(&s, store, err)) < 0)
		return rc;
	return STATUS_DONE;
}

const struct command command_sql = {
	.name = "sql",
	.synopsis = "[--json | --csv] [NAME [PARAMETER=VALUE...] | -e STATEMENT]",
	.summary = "run a named query, or SQL that only reads",
	COMMAND_OPTIONS(options),
	.run = sql_run,
	.failed = STATUS_FAILED,
};
