/* report: the actions that match, as a table, JSON or CSV. */
#include "base/clock.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "report/columns.h"
#include "report/filter.h"
#include "sql.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

static const char default_columns[] =
	"id,time,host,action,module,outcome,login,tool,origin,command";

struct report {
	struct filter filter;
	enum table_format format;
	bool list_columns;
	const char *list;		/* -o, or NULL */
	const struct column *shown[ACTIVITY_COLUMNS_MAX];
	size_t count;
	int64_t actions, hosts;		/* how many were printed */
	int64_t left_out;		/* that match, and are not shown: those of self-tests */
};

static void release(struct report *r)
{
	filter_release(&r->filter);
}

/* Shows a column once, however often it is named. */
static void show_column(struct report *r, const struct column *column)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->shown[i] == column)
			return;
	r->shown[r->count++] = column;
}

static const struct column *find_column(const char *name, size_t len)
{
	for (size_t i = 0; i < activity_column_count; i++)
		if (strlen(activity_columns[i].name) == len &&
		    memcmp(activity_columns[i].name, name, len) == 0)
			return &activity_columns[i];
	return NULL;
}

static int unknown_column(const char *name, size_t len, struct error *err)
{
	char all[512] = "";

	for (size_t i = 0; i < activity_column_count; i++) {
		assert(strlen(all) + strlen(activity_columns[i].name) + 3 < sizeof(all));
		strcat(strcat(all, i > 0 ? ", " : ""), activity_columns[i].name);
	}
	return error_set(err, ERR_USAGE, "there is no column '%.*s': expected %s", (int)len, name,
			 all);
}

static int show_columns(struct report *r, const char *list, struct error *err)
{
	const struct column *column;
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		column = find_column(list, len);
		if (column == NULL)
			return unknown_column(list, len, err);
		show_column(r, column);
		if (list[len] == '\0')
			return 0;
	}
}

/* Programs get everything, people what fits; -o LIST replaces that, -o +LIST adds to it. */
static int choose_columns(struct report *r, const char *list, struct error *err)
{
	if (list != NULL && *list != '+')
		return show_columns(r, list, err);
	if (r->format == TABLE_TEXT) {
		int rc = show_columns(r, default_columns, err);

		assert(rc == 0);
	} else {
		for (size_t i = 0; i < activity_column_count; i++)
			show_column(r, &activity_columns[i]);
	}
	return list != NULL ? show_columns(r, list + 1, err) : 0;
}

enum { OPTION_OUTCOME = OPTION_LONG, OPTION_ORIGIN, OPTION_KEY, OPTION_SINCE, OPTION_UNTIL,
       OPTION_JSON, OPTION_CSV };

static const struct command_option options[] = {
	{ "host", 'H', "NAME", "NAME may be a list (a,b) with * and ?, here and below", IS_TAKEN },
	{ "module", 'm', "NAME", "'-' and '_' are the same", IS_TAKEN },
	{ "login", 'l', "NAME", "who logged in: name, number, or unset", IS_TAKEN },
	{ "tool", 't', "NAME", "insmod, rmmod, modprobe ...", IS_TAKEN },
	{ "key", OPTION_KEY, "NAME", "a key of the audit rule that matched", IS_TAKEN },
	{ "action", 'a', "WORD", "load, unload, attempt, unknown", IS_TAKEN },
	{ "outcome", OPTION_OUTCOME, "WORD", "success, failure, none", IS_TAKEN },
	{ "origin", OPTION_ORIGIN, "WORD", "interactive, service, autoload, unknown", IS_TAKEN },
	{ "since", OPTION_SINCE, "TIME", "from then on: 2h, yesterday, '2026-11-23 10:00' ...", IS_TAKEN },
	{ "until", OPTION_UNTIL, "TIME", "before then", IS_TAKEN },
	{ "limit", 'n', "N", "only the newest N", IS_TAKEN },
	{ "reverse", 'r', NULL, "newest first", SETS_FLAG(struct report, filter.newest_first) },
	{ "output", 'o', "LIST", "these columns; +LIST adds to the usual ones",
		SETS_TEXT(struct report, list) },
	{ "list-columns", 0, NULL, "name them", SETS_FLAG(struct report, list_columns) },
	{ "selftest", 0, NULL, "also what self-tests did", SETS_FLAG(struct report, filter.selftest) },
	{ "json", OPTION_JSON, NULL, NULL, IS_TAKEN },
	{ "csv", OPTION_CSV, NULL, "for programs: all columns unless -o is given, UTC", IS_TAKEN },
};

static int filter_field(int option)
{
	switch (option) {
	case 'H': return FILTER_HOST;
	case 'm': return FILTER_MODULE;
	case 'l': return FILTER_LOGIN;
	case 'a': return FILTER_ACTION;
	case 't': return FILTER_TOOL;
	case OPTION_OUTCOME: return FILTER_OUTCOME;
	case OPTION_ORIGIN: return FILTER_ORIGIN;
	case OPTION_KEY: return FILTER_KEY;
	default: return -1;
	}
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct report *r = to;

	if (filter_field(id) >= 0)
		return filter_add(&r->filter, filter_field(id), value, err);
	switch (id) {
	case OPTION_SINCE:
		return filter_since(&r->filter, value, clock_ms(CLOCK_REALTIME), err);
	case OPTION_UNTIL:
		return filter_until(&r->filter, value, clock_ms(CLOCK_REALTIME), err);
	case 'n':
		return filter_limit(&r->filter, value, err);
	case OPTION_JSON:
		r->format = TABLE_JSON;
		return 0;
	default:
		r->format = TABLE_CSV;
		return 0;
	}
}

static int read_options(struct report *r, int argc, char **argv, struct error *err)
{
	int rc;

	if ((rc = command_read(&command_report, argc, argv, take, r, err)) < 0 ||
	    (rc = filter_end(&r->filter, err)) < 0)
		return rc;
	return choose_columns(r, r->list, err);
}

static void list_columns(void)
{
	for (size_t i = 0; i < activity_column_count; i++)
		printf("%-14s %s\n", activity_columns[i].name, activity_columns[i].help);
}

static int print_rows(struct report *r, struct query *q, struct error *err)
{
	int from[ACTIVITY_COLUMNS_MAX], rc;
	int id = query_column(q, "id"), host_count = query_column(q, "host_count");
	int left_out = query_column(q, "left_out");
	AUTO(table_freep) struct table *t = NULL;
	struct table *ended;

	for (size_t i = 0; i < r->count; i++)
		from[i] = query_column(q, r->shown[i]->name);
	rc = table_begin(&t, stdout, r->format, "actions", r->shown, r->count,
			 table_color_wanted(stdout), err);
	if (rc < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0) {
		r->left_out = query_int(q, left_out);
		if (query_is_null(q, id))
			continue;
		r->actions++;
		r->hosts = query_int(q, host_count);
		if ((rc = table_row(t, err)) < 0)
			return rc;
		for (size_t i = 0; i < r->count; i++)
			if ((rc = print_cell(t, r->shown[i], q, from[i], err)) < 0)
				return rc;
	}
	if (rc < 0)
		return rc;
	ended = t;
	t = NULL;
	return table_end(ended, err);
}

static int print_actions(struct report *r, struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_report, err)) < 0)
		return rc;
	filter_bind(&r->filter, q);
	return print_rows(r, q, err);
}

/* Why a report may be empty: the span it looked at, or a trail without anything. */
static int print_span(struct store *s, FILE *out, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	char first[TIME_TEXT], last[TIME_TEXT];
	int rc;

	if ((rc = query_open(&q, s, sql_report_span, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	assert(rc == 1);	/* it is made of three numbers */
	if (query_is_null(q, 0))
		fputs("no action: the trail is empty, 'modtrail ingest' fills it\n", out);
	else
		fprintf(out, "no action matches; the trail covers %s to %s, %" PRId64 " host%s\n",
			time_local(query_int(q, 0), first), time_local(query_int(q, 1), last),
			query_int(q, 2), query_int(q, 2) == 1 ? "" : "s");
	return 0;
}

/* A report that is silent about what is known to be missing would mislead. */
static int print_losses(struct report *r, struct store *s, FILE *out, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct bytes kinds;
	int64_t losses;
	int rc;

	if ((rc = query_open(&q, s, sql_report_loss, err)) < 0)
		return rc;
	filter_bind_span(&r->filter, q);
	if ((rc = query_step(q, err)) < 0)
		return rc;
	assert(rc == 1);	/* a count */
	losses = query_int(q, 0);
	kinds = query_text(q, 1);
	if (losses > 0)
		fprintf(out, "%" PRId64 " known loss%s in this span (%.*s): see 'modtrail sql losses'\n",
			losses, losses == 1 ? "" : "es", (int)kinds.len, kinds.data);
	return 0;
}

/* Nor what the program did itself. */
static void print_left_out(const struct report *r, FILE *out)
{
	if (r->left_out > 0)
		fprintf(out, "%" PRId64 " action%s of self-tests %s not shown: --selftest shows them\n",
			r->left_out, r->left_out == 1 ? "" : "s", r->left_out == 1 ? "is" : "are");
}

/* Nor is what was taken away. */
static int print_horizon(const struct report *r, struct store *s, FILE *out, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	char horizon[TIME_TEXT];
	int rc;

	if ((rc = query_open(&q, s, sql_report_pruned, err)) < 0)
		return rc;
	query_bind_int(q, "since", r->filter.since_ms);
	if ((rc = query_step(q, err)) > 0)
		fprintf(out, "what was before %s is pruned\n", time_local(query_int(q, 0), horizon));
	return MIN(rc, 0);
}

static int print_summary(struct report *r, struct store *s, struct error *err)
{
	/* JSON and CSV stay clean. */
	FILE *out = r->format == TABLE_TEXT ? stdout : stderr;
	int rc = 0;

	if (r->actions == 0)
		rc = print_span(s, out, err);
	else
		fprintf(out, "%s%" PRId64 " action%s, %" PRId64 " host%s\n",
			out == stdout ? "\n" : "", r->actions, r->actions == 1 ? "" : "s",
			r->hosts, r->hosts == 1 ? "" : "s");
	if (rc < 0 || (rc = print_horizon(r, s, out, err)) < 0 ||
	    (rc = print_losses(r, s, out, err)) < 0)
		return rc;
	print_left_out(r, out);
	return 0;
}

static int report_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(release) struct report r = { .format = TABLE_TEXT };
	AUTO(store_closep) struct store *s = NULL;
	int rc;

	filter_init(&r.filter);
	if ((rc = read_options(&r, argc, argv, err)) < 0)
		return rc;
	if (r.list_columns) {
		list_columns();
		return STATUS_DONE;
	}
	if ((rc = store_open(&s, g->trail, STORE_READ, err)) < 0 ||
	    (rc = print_actions(&r, s, err)) < 0 || (rc = print_summary(&r, s, err)) < 0)
		return rc;
	return STATUS_DONE;
}

const struct command command_report = {
	.name = "report",
	.synopsis = "[FILTER...] [-n N] [-r] [-o COLUMNS] [--json | --csv]",
	.summary = "list module loads, unloads and attempts",
	COMMAND_OPTIONS(options),
	.no_operands = "filters are options, such as --module NAME",
	.run = report_run,
	.failed = STATUS_FAILED,
};
