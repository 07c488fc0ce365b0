/* show: one action whole, with the tool run behind it and the raw records. */
#include "base/escape.h"
#include "base/json.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "report/columns.h"
#include "sql.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct show {
	int64_t id;
	bool as_json, color;
	int64_t run_id;			/* 0: the action has no tool run */
	struct json json;
};

static const struct command_option options[] = {
	{ NULL, OPTION_OPERAND, "ACTION", "its number: the column ID of 'modtrail report'", IS_TAKEN },
	{ "json", 0, NULL, "the same as data", SETS_FLAG(struct show, as_json) },
};

/* An event of the chain, as show-chain.sql has it. */
static const struct column chain_columns[] = {
	{ .name = "id", .type = COLUMN_NUMBER },
	{ .name = "time", .type = COLUMN_TIME },
	{ .name = "serial", .type = COLUMN_NUMBER },
	{ .name = "step", .type = COLUMN_TEXT },
	{ .name = "module", .type = COLUMN_TEXT },
	{ .name = "outcome", .type = COLUMN_TEXT },
	{ .name = "error", .type = COLUMN_TEXT },
	{ .name = "syscall", .type = COLUMN_TEXT },
	{ .name = "tool", .type = COLUMN_TEXT },
	{ .name = "command", .type = COLUMN_TEXT },
};

static int read_id(const char *text, int64_t *id, struct error *err)
{
	char *end;

	errno = 0;
	*id = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && *id > 0)
		return 0;
	return error_set(err, ERR_USAGE, "'%s' is no action: expected a number, which "
			 "'modtrail report' shows as ID", text);
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct show *s = to;

	(void)id;
	if (s->id != 0)
		return error_set(err, ERR_USAGE, "too many arguments: expected the number of one action");
	return read_id(value, &s->id, err);
}

static int read_options(struct show *s, int argc, char **argv, struct error *err)
{
	int rc = command_read(&command_show, argc, argv, take, s, err);

	if (rc == 0 && s->id == 0)
		return error_set(err, ERR_USAGE, "no action is named: expected the number of one action");
	return rc;
}

static void put_bytes(struct bytes text)
{
	escape_print(stdout, ESCAPE_TERMINAL, text);
}

static void put_heading(const struct show *s, const char *text)
{
	printf(s->color ? "\n\033[1m%s\033[m" : "\n%s", text);
}

static void put_name(const char *name)
{
	printf("  %-10s ", name);
}

/* The text of a column of an action, by name; data NULL where nothing is known. */
static struct bytes text_of(const struct query *q, const char *column)
{
	return query_text(q, query_column(q, column));
}

/* A line for a column, if there is anything to tell. */
static void put_field(const struct query *q, const char *name, const char *column)
{
	struct bytes text = text_of(q, column);

	if (text.data == NULL)
		return;
	put_name(name);
	put_bytes(text);
	putchar('\n');
}

/* A line for a column, with another one in parentheses, where it differs. */
static void put_pair(const struct query *q, const char *name, const char *column,
		     const char *behind)
{
	struct bytes first = text_of(q, column), second = text_of(q, behind);

	if (first.data == NULL) {
		put_field(q, name, behind);
		return;
	}
	put_name(name);
	put_bytes(first);
	if (second.data != NULL && !bytes_equal(first, second)) {
		fputs(" (", stdout);
		put_bytes(second);
		putchar(')');
	}
	putchar('\n');
}

static const char *color_start(bool wanted, enum table_color color)
{
	if (!wanted)
		return "";
	return color == COLOR_BAD ? "\033[31m" : color == COLOR_DIM ? "\033[2m" : "";
}

static void put_outcome(const struct show *s, const struct query *q)
{
	struct bytes outcome = text_of(q, "outcome"), error = text_of(q, "error");
	const char *start = color_start(s->color, value_color("outcome", outcome));

	fputs(start, stdout);
	put_bytes(outcome);
	if (error.data != NULL) {
		fputs(", ", stdout);
		put_bytes(error);
	}
	fputs(*start != '\0' ? "\033[m" : "", stdout);
}

static void put_module(const struct query *q)
{
	struct bytes module = text_of(q, "module"), source = text_of(q, "module_source");

	put_name("module");
	if (module.data == NULL) {
		puts("not in the records");
		return;
	}
	put_bytes(module);
	if (source.data != NULL && !bytes_are(source, "kernel")) {
		fputs(" (inferred from ", stdout);
		put_bytes(source);
		putchar(')');
	}
	putchar('\n');
}

static void put_what(const struct show *s, const struct query *q)
{
	put_heading(s, "what\n");
	put_field(q, "action", "action");
	put_module(q);
	put_name("outcome");
	put_outcome(s, q);
	putchar('\n');
	put_pair(q, "call", "syscall", "abi");
	put_field(q, "flags", "flags");
}

static void put_who(const struct show *s, const struct query *q)
{
	put_heading(s, "who\n");
	put_pair(q, "login", "login", "auid");
	put_pair(q, "user", "user", "uid");
	put_field(q, "session", "session");
	put_field(q, "terminal", "tty");
	put_field(q, "origin", "origin");
}

static bool is_refused_run(const struct query *q)
{
	return bytes_are(text_of(q, "action"), "attempt") && bytes_are(text_of(q, "outcome"), "failure");
}

static void put_command(const struct query *q)
{
	put_name("command");
	put_bytes(text_of(q, "command"));
	if (query_int(q, query_column(q, "command_stale")) != 0)
		fputs(is_refused_run(q) ? " (from PATH: its arguments are not in the records)"
					: " (from PROCTITLE: may be cut, or older)", stdout);
	putchar('\n');
}

static void put_how(const struct show *s, const struct query *q)
{
	put_heading(s, "how\n");
	put_field(q, "tool", "tool");
	if (text_of(q, "command").data != NULL)
		put_command(q);
	put_pair(q, "program", "exe", "comm");
	put_field(q, "folder", "cwd");
	put_field(q, "process", "pid");
	put_field(q, "parent", "ppid");
}

/* The event as audit records name it: seconds.milliseconds:serial. */
static void put_event_id(int64_t ms, struct bytes serial)
{
	printf("%" PRId64 ".%03d:", ms / 1000, (int)(ms % 1000));
	put_bytes(serial);
}

static void put_where(const struct show *s, const struct query *q)
{
	int64_t ms = query_int(q, query_column(q, "time"));
	char local[TIME_TEXT], utc[TIME_TEXT];

	put_heading(s, "recorded\n");
	put_name("time");
	printf("%s (%s)\n", time_local(ms, local), time_utc(ms, utc));
	put_field(q, "host", "host");
	put_name("event");
	put_event_id(ms, text_of(q, "serial"));
	putchar('\n');
	put_name("keys");
	if (text_of(q, "keys").data == NULL)
		fputs("none", stdout);
	else
		put_bytes(text_of(q, "keys"));
	putchar('\n');
	put_field(q, "selftest", "selftest");
}

static void put_action(const struct show *s, const struct query *q)
{
	struct bytes module = text_of(q, "module");

	printf("action %" PRId64 ": ", s->id);
	put_bytes(text_of(q, "action"));
	if (module.data != NULL) {
		fputs(" of ", stdout);
		put_bytes(module);
	}
	fputs(", ", stdout);
	put_outcome(s, q);
	putchar('\n');
	put_what(s, q);
	put_who(s, q);
	put_how(s, q);
	put_where(s, q);
}

static void json_action(struct show *s, const struct query *q)
{
	json_init(&s->json, stdout);
	json_begin_object(&s->json, NULL);
	json_begin_object(&s->json, "action");
	for (size_t i = 0; i < activity_column_count; i++)
		json_cell(&s->json, &activity_columns[i], q,
			  query_column(q, activity_columns[i].name));
	json_end_object(&s->json);
}

static int print_action(struct show *s, struct store *store, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, store, sql_show, err)) < 0)
		return rc;
	query_bind_int(q, ":id", s->id);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	if (rc == 0)
		return error_set(err, ERR_TRAIL, "there is no action %" PRId64 " in the trail: "
				 "'modtrail report' lists them", s->id);
	s->run_id = query_int(q, query_column(q, "run_id"));
	if (s->as_json)
		json_action(s, q);
	else
		put_action(s, q);
	return query_step(q, err);	/* no more rows, or no memory for the texts of this one */
}

/* What a step of the chain did: the command of a tool run, the outcome of a call. */
static void put_step(struct show *s, const struct query *q, int64_t start_ms)
{
	int64_t since = query_int(q, query_column(q, "time")) - start_ms;
	bool own = query_int(q, query_column(q, "id")) == s->id;

	printf("%s %+" PRId64 ".%03d s  %-8.*s  ", own ? ">" : " ", since / 1000,
	       (int)(since % 1000), (int)text_of(q, "step").len, text_of(q, "step").data);
	if (bytes_are(text_of(q, "step"), "tool run")) {
		put_bytes(text_of(q, "command"));
	} else {
		put_bytes(text_of(q, "module"));
		fputs("  ", stdout);
		put_outcome(s, q);
	}
	putchar('\n');
}

/* Takes a line, without its newline, off the front of rest. False at the end. */
static bool next_line(struct bytes *rest, struct bytes *line)
{
	const char *newline;
	size_t taken;

	if (rest->len == 0)
		return false;
	newline = memchr(rest->data, '\n', rest->len);
	line->data = rest->data;
	line->len = newline != NULL ? (size_t)(newline - rest->data) : rest->len;
	taken = newline != NULL ? line->len + 1 : line->len;
	rest->data += taken;
	rest->len -= taken;
	return true;
}

static void put_records(struct show *s, const struct query *q, int64_t start_ms)
{
	struct bytes rest = text_of(q, "raw"), line;

	(void)start_ms;
	put_heading(s, "records of event ");
	put_event_id(query_int(q, query_column(q, "time")), text_of(q, "serial"));
	putchar('\n');
	while (next_line(&rest, &line)) {
		put_bytes(line);
		putchar('\n');
	}
}

static void json_step(struct show *s, const struct query *q, int64_t start_ms)
{
	struct bytes rest = text_of(q, "raw"), line;
	struct json *j = &s->json;

	json_begin_object(j, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(chain_columns); i++)
		json_cell(j, &chain_columns[i], q, query_column(q, chain_columns[i].name));
	json_number(j, "after_ms", query_int(q, query_column(q, "time")) - start_ms);
	json_begin_array(j, "raw");
	while (next_line(&rest, &line))
		json_text(j, NULL, line);
	json_end_array(j);
	json_end_object(j);
}

/* What is done with each event of the chain. start_ms: the time of the first. */
typedef void step_fn(struct show *s, const struct query *q, int64_t start_ms);

static int walk_chain(struct show *s, struct store *store, step_fn *step, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t start_ms = 0;
	bool first = true;
	int rc;

	if ((rc = query_open(&q, store, sql_show_chain, err)) < 0)
		return rc;
	query_bind_int(q, ":id", s->id);
	if (s->run_id != 0)
		query_bind_int(q, ":run", s->run_id);
	while ((rc = query_step(q, err)) > 0) {
		if (first)
			start_ms = query_int(q, query_column(q, "time"));
		first = false;
		step(s, q, start_ms);
	}
	return rc;
}

static int print_text(struct show *s, struct store *store, struct error *err)
{
	int rc;

	if ((rc = print_action(s, store, err)) < 0)
		return rc;
	put_heading(s, "chain\n");
	if ((rc = walk_chain(s, store, put_step, err)) < 0)
		return rc;
	return walk_chain(s, store, put_records, err);
}

static int print_json(struct show *s, struct store *store, struct error *err)
{
	int rc;

	if ((rc = print_action(s, store, err)) < 0)
		return rc;
	json_begin_array(&s->json, "chain");
	if ((rc = walk_chain(s, store, json_step, err)) < 0)
		return rc;
	json_end_array(&s->json);
	json_end_object(&s->json);
	return 0;
}

static int show_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(store_closep) struct store *store = NULL;
	struct show s = { .color = table_color_wanted(stdout) };
	int rc;

	if ((rc = read_options(&s, argc, argv, err)) < 0 ||
	    (rc = store_open(&store, g->trail, STORE_READ, err)) < 0)
		return rc;
	rc = s.as_json ? print_json(&s, store, err) : print_text(&s, store, err);
	return rc < 0 ? rc : STATUS_DONE;
}

const struct command command_show = {
	.name = "show",
	.synopsis = "[--json] ACTION",
	.summary = "show one action with its chain and raw records",
	COMMAND_OPTIONS(options),
	.run = show_run,
	.failed = STATUS_FAILED,
};
