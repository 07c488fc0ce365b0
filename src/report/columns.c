#include "report/columns.h"

#include "base/json.h"

#include <string.h>

/* Wrapped is what may be long; names that are split over lines are hard to read. */
const struct column activity_columns[] = {
	{ "id", COLUMN_NUMBER, 0, false, "number of the action, for 'modtrail show'" },
	{ "time", COLUMN_TIME, 0, false, "when" },
	{ "host", COLUMN_TEXT, 0, false, "where" },
	{ "action", COLUMN_TEXT, 0, false, "load, unload, unknown, or attempt: a tool run without a call" },
	{ "module", COLUMN_TEXT, 0, false, "name of the module, or what an attempt asked for" },
	{ "module_source", COLUMN_TEXT, 0, false, "who says so: kernel; else inferred: argv ..." },
	{ "outcome", COLUMN_TEXT, 0, false, "success, failure, unknown, or none: no call was made" },
	{ "error", COLUMN_TEXT, 0, false, "why it failed: ENOENT, EPERM ..." },
	{ "syscall", COLUMN_TEXT, 0, false, "init_module, finit_module or delete_module" },
	{ "abi", COLUMN_TEXT, 0, false, "entry into the kernel: b64, b32 or x32" },
	{ "flags", COLUMN_TEXT, 0, false, "forced, compressed" },
	{ "tool", COLUMN_TEXT, 0, false, "name kmod acted under: insmod, rmmod, modprobe" },
	{ "command", COLUMN_TEXT, 0.3, true, "command line of the tool" },
	{ "command_stale", COLUMN_BOOL, 0, false, "command is from PROCTITLE: cut, or older" },
	{ "exe", COLUMN_TEXT, 0.2, true, "program that was running" },
	{ "comm", COLUMN_TEXT, 0, false, "its name in the process list" },
	{ "pid", COLUMN_NUMBER, 0, false, "its process" },
	{ "ppid", COLUMN_NUMBER, 0, false, "the parent process" },
	{ "auid", COLUMN_NUMBER, 0, false, "login uid; 4294967295: unset" },
	{ "login", COLUMN_TEXT, 0, false, "who logged in: a name if the log has it, else auid" },
	{ "uid", COLUMN_NUMBER, 0, false, "uid at that time" },
	{ "user", COLUMN_TEXT, 0, false, "its name, if the log has one" },
	{ "euid", COLUMN_NUMBER, 0, false, "effective uid" },
	{ "gid", COLUMN_NUMBER, 0, false, "gid" },
	{ "session", COLUMN_NUMBER, 0, false, "login session; 4294967295: unset" },
	{ "tty", COLUMN_TEXT, 0, false, "terminal" },
	{ "cwd", COLUMN_TEXT, 0.2, true, "working folder" },
	{ "origin", COLUMN_TEXT, 0, false, "interactive, service, autoload or unknown" },
	{ "keys", COLUMN_TEXT, 0, true, "keys of the audit rules that matched" },
	{ "serial", COLUMN_NUMBER, 0, false, "serial of the event" },
	{ "run_id", COLUMN_NUMBER, 0, false, "event of the tool run that made the call" },
	{ "records", COLUMN_NUMBER, 0, false, "number of audit records" },
	{ "selftest", COLUMN_TEXT, 0, false, "self-test run that it belongs to" },
};
const size_t activity_column_count = ARRAY_SIZE(activity_columns);
_Static_assert(ARRAY_SIZE(activity_columns) <= ACTIVITY_COLUMNS_MAX, "callers have room for all");

enum table_color value_color(const char *column, struct bytes value)
{
	static const struct { const char *column, *value; enum table_color color; } colors[] = {
		{ "outcome", "failure", COLOR_BAD },
		{ "outcome", "none", COLOR_DIM },
		{ "action", "attempt", COLOR_DIM },
		{ "origin", "autoload", COLOR_DIM },
		{ "flags", "forced", COLOR_WARN },
		{ "flags", "forced,compressed", COLOR_WARN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(colors); i++)
		if (strcmp(column, colors[i].column) == 0 && bytes_are(value, colors[i].value))
			return colors[i].color;
	return COLOR_NONE;
}

int print_cell(struct table *t, const struct column *column, const struct query *q, int from,
	       struct error *err)
{
	struct bytes text;

	if (query_is_null(q, from))
		return table_missing(t, err);
	if (column->type != COLUMN_TEXT)
		return table_number(t, query_int(q, from), err);
	text = query_text(q, from);
	return table_text(t, text, value_color(column->name, text), err);
}

void json_cell(struct json *j, const struct column *column, const struct query *q, int from)
{
	if (query_is_null(q, from))
		json_null(j, column->name);
	else if (column->type == COLUMN_TIME)
		json_time(j, column->name, query_int(q, from));
	else if (column->type == COLUMN_BOOL)
		json_bool(j, column->name, query_int(q, from) != 0);
	else if (column->type == COLUMN_NUMBER)
		json_number(j, column->name, query_int(q, from));
	else
		json_text(j, column->name, query_text(q, from));
}
