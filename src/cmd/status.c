/* status: what the trail holds, how far it has read, and what is known to be lost. */
#include "base/escape.h"
#include "base/json.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "read/window.h"
#include "report/columns.h"
#include "sql.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

static const struct column trail_columns[] = {
	{ .name = "schema", .type = COLUMN_NUMBER },
	{ .name = "hosts", .type = COLUMN_NUMBER },
	{ .name = "events", .type = COLUMN_NUMBER },
	{ .name = "actions", .type = COLUMN_NUMBER },
	{ .name = "first", .type = COLUMN_TIME },
	{ .name = "last", .type = COLUMN_TIME },
	{ .name = "pruned", .type = COLUMN_TIME },
};

/* behind is not in the trail: it is how much the file has grown since. */
static const struct column source_columns[] = {
	{ .name = "host", .type = COLUMN_TEXT },
	{ .name = "path", .type = COLUMN_TEXT, .wraps = true },
	{ .name = "read", .type = COLUMN_NUMBER },
	{ .name = "position", .type = COLUMN_NUMBER },
	{ .name = "updated", .type = COLUMN_TIME },
	{ .name = "behind", .type = COLUMN_NUMBER },
};

static const struct column loss_columns[] = {
	{ .name = "host", .type = COLUMN_TEXT },
	{ .name = "kind", .type = COLUMN_TEXT },
	{ .name = "what", .type = COLUMN_TEXT },
	{ .name = "count", .type = COLUMN_NUMBER },
	{ .name = "places", .type = COLUMN_NUMBER },
	{ .name = "first", .type = COLUMN_TIME },
	{ .name = "last", .type = COLUMN_TIME },
	{ .name = "place", .type = COLUMN_TEXT, .wraps = true },
};

/* A part of status that is a list: one statement, one table. */
struct list {
	const char *name;
	enum statement sql;
	const char *none;
	const struct column *columns;
	size_t count;
};
static const struct list sources = {
	"sources", sql_status_source, "no file has been read", source_columns,
	ARRAY_SIZE(source_columns),
};
static const struct list losses = {
	"losses", sql_status_loss, "no loss is known", loss_columns, ARRAY_SIZE(loss_columns),
};

static bool is_behind(const struct column *column)
{
	return strcmp(column->name, "behind") == 0;
}

/* Is this the file that was read? It is known by the hash of its first line. */
static bool is_same_file(FILE *file, uint64_t head)
{
	AUTO(freep) char *line = malloc(WINDOW_LINE_MAX);
	const char *newline;
	size_t len;

	if (line == NULL)
		return false;
	len = fread(line, 1, WINDOW_LINE_MAX, file);
	newline = memchr(line, '\n', len);
	if (newline != NULL)
		len = (size_t)(newline - line);
	return hash_bytes(HASH_START, line, len) == head;
}

/* How many bytes of the file are still to be read; -1: it is gone, replaced or not readable. */
static int64_t bytes_behind(const struct query *q)
{
	struct bytes path = query_text(q, query_column(q, "path"));
	uint64_t head = (uint64_t)query_int(q, query_column(q, "head"));
	int64_t position = query_int(q, query_column(q, "position"));
	AUTO(freep) char *name = strndup(path.data, path.len);
	AUTO(fclosep) FILE *file = NULL;
	struct stat st;

	if (name == NULL || stat(name, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	file = fopen(name, "re");
	if (file == NULL || !is_same_file(file, head))
		return -1;
	/* A last line without newline was read, and position stays in front of it. */
	if (query_int(q, query_column(q, "read")) > st.st_size)
		position = MAX(position, st.st_size);
	return st.st_size >= position ? st.st_size - position : -1;
}

static int put_cell(struct table *t, const struct column *column, const struct query *q,
		    struct error *err)
{
	int64_t behind;

	if (!is_behind(column))
		return print_cell(t, column, q, query_column(q, column->name), err);
	behind = bytes_behind(q);
	return behind < 0 ? table_missing(t, err) : table_number(t, behind, err);
}

static int put_row(struct table *t, const struct list *list, const struct query *q,
		   struct error *err)
{
	int rc;

	if ((rc = table_row(t, err)) < 0)
		return rc;
	for (size_t i = 0; i < list->count; i++)
		if ((rc = put_cell(t, &list->columns[i], q, err)) < 0)
			return rc;
	return 0;
}

static int put_list(struct store *s, const struct list *list, struct error *err)
{
	const struct column *columns[ARRAY_SIZE(loss_columns)];
	AUTO(query_closep) struct query *q = NULL;
	AUTO(table_freep) struct table *t = NULL;
	struct table *ended;
	int rc, rows = 0;

	assert(list->count <= ARRAY_SIZE(columns));
	for (size_t i = 0; i < list->count; i++)
		columns[i] = &list->columns[i];
	if ((rc = query_open(&q, s, list->sql, err)) < 0 ||
	    (rc = table_begin(&t, stdout, TABLE_TEXT, list->name, columns, list->count,
			      table_color_wanted(stdout), err)) < 0)
		return rc;
	putchar('\n');
	for (; (rc = query_step(q, err)) > 0; rows++)
		if ((rc = put_row(t, list, q, err)) < 0)
			return rc;
	if (rc < 0)
		return rc;
	if (rows == 0)
		puts(list->none);
	ended = t;
	t = NULL;
	return table_end(ended, err);
}

static void json_member(struct json *j, const struct column *column, const struct query *q)
{
	int64_t behind;

	if (!is_behind(column)) {
		json_cell(j, column, q, query_column(q, column->name));
		return;
	}
	behind = bytes_behind(q);
	if (behind < 0)
		json_null(j, column->name);
	else
		json_number(j, column->name, behind);
}

static int json_list(struct json *j, struct store *s, const struct list *list, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, list->sql, err)) < 0)
		return rc;
	json_begin_array(j, list->name);
	while ((rc = query_step(q, err)) > 0) {
		json_begin_row(j, NULL);
		for (size_t i = 0; i < list->count; i++)
			json_member(j, &list->columns[i], q);
		json_end_object(j);
	}
	json_end_array(j);
	return rc;
}

/* What the trail takes on disk: the file and what waits beside it. */
static int64_t size_on_disk(const char *path)
{
	char log[4096];
	struct stat st;
	int64_t size = 0;

	if (stat(path, &st) == 0)
		size += st.st_size;
	snprintf(log, sizeof(log), "%s-wal", path);
	if (stat(log, &st) == 0)
		size += st.st_size;
	return size;
}

static void put_trail(const char *path, const struct query *q)
{
	char first[TIME_TEXT], last[TIME_TEXT];

	fputs("trail    ", stdout);
	escape_print(stdout, ESCAPE_TERMINAL, (struct bytes){ path, strlen(path) });
	printf("\nsize     %" PRId64 " bytes, schema %" PRId64 "\n", size_on_disk(path),
	       query_int(q, query_column(q, "schema")));
	printf("holds    %" PRId64 " actions in %" PRId64 " events of %" PRId64 " hosts\n",
	       query_int(q, query_column(q, "actions")), query_int(q, query_column(q, "events")),
	       query_int(q, query_column(q, "hosts")));
	if (query_is_null(q, query_column(q, "first")))
		puts("span     none: the trail is empty, 'modtrail ingest' fills it");
	else
		printf("span     %s to %s\n",
		       time_local(query_int(q, query_column(q, "first")), first),
		       time_local(query_int(q, query_column(q, "last")), last));
	if (!query_is_null(q, query_column(q, "pruned")))
		printf("pruned   before %s\n",
		       time_local(query_int(q, query_column(q, "pruned")), first));
}

static void json_trail(struct json *j, const char *path, const struct query *q)
{
	json_string(j, "trail", path);
	json_number(j, "size", size_on_disk(path));
	for (size_t i = 0; i < ARRAY_SIZE(trail_columns); i++)
		json_cell(j, &trail_columns[i], q, query_column(q, trail_columns[i].name));
}

static int print_text(const char *path, struct store *s, const struct query *trail,
		      struct error *err)
{
	int rc;

	put_trail(path, trail);
	if ((rc = put_list(s, &sources, err)) < 0)
		return rc;
	return put_list(s, &losses, err);
}

static int print_json(const char *path, struct store *s, const struct query *trail,
		      struct error *err)
{
	struct json j;
	int rc;

	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_trail(&j, path, trail);
	if ((rc = json_list(&j, s, &sources, err)) < 0 ||
	    (rc = json_list(&j, s, &losses, err)) < 0)
		return rc;
	json_end_object(&j);
	return 0;
}

struct options {
	bool as_json;
};

static const struct command_option options[] = {
	{ "json", 0, NULL, "the same as data", SETS_FLAG(struct options, as_json) },
};

static int status_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	AUTO(query_closep) struct query *trail = NULL;	/* closed before the store */
	struct options o = { false };
	int rc;

	if ((rc = command_read(&command_status, argc, argv, NULL, &o, err)) < 0 ||
	    (rc = store_open(&s, g->trail, STORE_READ, err)) < 0 ||
	    (rc = query_open(&trail, s, sql_status, err)) < 0 ||
	    (rc = query_step(trail, err)) < 0)
		return rc;
	assert(rc == 1);	/* it is made of numbers only */
	rc = o.as_json ? print_json(g->trail, s, trail, err) : print_text(g->trail, s, trail, err);
	return rc < 0 ? rc : STATUS_DONE;
}

const struct command command_status = {
	.name = "status",
	.synopsis = "[--json]",
	.summary = "say what the trail holds, how far it has read, and what was lost",
	COMMAND_OPTIONS(options),
	.no_operands = "the trail is named with 'modtrail -d TRAIL status'",
	.run = status_run,
	.failed = STATUS_FAILED,
};
