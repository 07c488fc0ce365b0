/* prune: takes away what is older than a time. */
#include "base/clock.h"
#include "base/json.h"
#include "base/timespec.h"
#include "cmd/command.h"
#include "report/columns.h"
#include "sql.h"
#include "verdict/prune.h"

#include <inttypes.h>
#include <stdio.h>

/* A clock that is further ahead of the newest event than this is not trusted. */
#define AHEAD_MS ((int64_t)2 * 86400000)

struct options {
	struct pruning what;
	const char *before;
	bool vacuum, as_json;
	bool by_trail;		/* the time was counted from the newest event */
};

static const struct command_option options[] = {
	{ "before", 0, "TIME", "what is older goes, such as 90d or 2026-11-23", IS_TAKEN },
	{ "dry-run", 'n', NULL, "say what would go, and change nothing",
		SETS_FLAG(struct options, what.dry) },
	{ "vacuum", 0, NULL, "give the room back to the file system: writers wait meanwhile, and\n"
		"twice the room of what is left must be free", SETS_FLAG(struct options, vacuum) },
	{ "json", 0, NULL, "what was done as data", SETS_FLAG(struct options, as_json) },
};

static int parse_before(const struct options *o, int64_t now_ms, int64_t *ms, struct error *err)
{
	if (!time_parse(o->before, now_ms, ms))
		return error_set(err, ERR_USAGE, "invalid time '%s': expected one such as 90d, "
				 "2026-11-23 or '2026-11-23 10:00'", o->before);
	if (*ms > now_ms)
		return error_set(err, ERR_USAGE, "the time '%s' lies in the future: what has not "
				 "happened yet cannot be pruned", o->before);
	return 0;
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct options *o = to;

	(void)id;
	o->before = value;
	return parse_before(o, o->what.now_ms, &o->what.before_ms, err);
}

static int read_options(struct options *o, int argc, char **argv, struct error *err)
{
	int rc;

	*o = (struct options){ .what.now_ms = clock_ms(CLOCK_REALTIME) };
	if ((rc = command_read(&command_prune, argc, argv, take, o, err)) < 0)
		return rc;
	if (o->before == NULL)
		return error_set(err, ERR_USAGE, "no time is named: say what is too old with '--before', "
				 "such as '--before 90d'");
	if (o->vacuum && o->what.dry)
		return error_set(err, ERR_USAGE, "--vacuum and --dry-run exclude each other");
	return 0;
}

/* Is the time counted from now? Then that of a moment later is another. */
static bool is_relative(const struct options *o)
{
	int64_t later_ms;

	return time_parse(o->before, o->what.now_ms + 1, &later_ms) && later_ms != o->what.before_ms;
}

/* A clock that is wrong must not take everything: what is old, the trail says as well. */
static int ask_trail(struct options *o, struct store *s, struct error *err)
{
	char newest[TIME_TEXT];
	int64_t newest_ms;
	int rc;

	if ((rc = prune_newest(s, &newest_ms, err)) < 0 || newest_ms == INT64_MIN)
		return rc;
	if (is_relative(o) && o->what.now_ms - newest_ms > AHEAD_MS) {
		o->by_trail = true;
		return parse_before(o, newest_ms, &o->what.before_ms, err);
	}
	if (o->what.before_ms <= newest_ms)
		return 0;
	return error_set(err, ERR_INPUT, "the time '%s' is later than the newest event, of %s: everything "
			 "would go; name an earlier one, and see that the clock is right", o->before,
			 time_local(newest_ms, newest));
}

static int free_bytes(struct store *s, int64_t *bytes, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_prune_free, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	*bytes = query_int(q, 0);
	return 0;
}

static const char *s_of(int64_t count)
{
	return count == 1 ? "" : "s";
}

static void print_text(const struct options *o, const struct pruned *p, int64_t free, bool shrunk)
{
	const char *would = o->what.dry ? "would be " : "";
	char time[TIME_TEXT];

	printf("%" PRId64 " event%s (%" PRId64 " action%s) from before %s %spruned\n", p->events,
	       s_of(p->events), p->actions, s_of(p->actions), time_local(o->what.before_ms, time),
	       would);
	if (o->by_trail)
		printf("the clock is far ahead of the newest event, from which '%s' was counted\n",
		       o->before);
	if (p->selftests + p->changes + p->losses > 0)
		printf("with them %" PRId64 " self-test%s, %" PRId64 " change%s of verdicts, %" PRId64
		       " loss%s\n", p->selftests, s_of(p->selftests), p->changes, s_of(p->changes),
		       p->losses, p->losses == 1 ? "" : "es");
	if (p->kept > 0)
		printf("%" PRId64 " older event%s stay%s: verdicts, or what is newer, rest on %s\n",
		       p->kept, s_of(p->kept), p->kept == 1 ? "s" : "",
		       p->kept == 1 ? "it" : "them");
	printf("%" PRId64 " bytes of the trail are free for new events\n", free);
	if (o->vacuum && !shrunk)
		puts("the file is not smaller yet: another process reads the trail as it was; it shrinks "
		     "when the trail is written to after that");
}

static void print_json(const struct options *o, const struct pruned *p, int64_t free, bool shrunk)
{
	struct json j;

	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_time(&j, "before", o->what.before_ms);
	json_bool(&j, "dry_run", o->what.dry);
	json_bool(&j, "counted_from_newest", o->by_trail);
	json_number(&j, "events", p->events);
	json_number(&j, "actions", p->actions);
	json_number(&j, "selftests", p->selftests);
	json_number(&j, "changes", p->changes);
	json_number(&j, "losses", p->losses);
	json_number(&j, "kept", p->kept);
	json_number(&j, "free", free);
	json_bool(&j, "shrunk", shrunk);
	json_end_object(&j);
}

static int prune_run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(store_closep) struct store *s = NULL;
	struct pruned counts;
	struct options o;
	bool shrunk = false;
	int64_t free;
	int rc;

	if ((rc = read_options(&o, argc, argv, err)) < 0 ||
	    (rc = store_open(&s, g->trail, o.what.dry ? STORE_READ : STORE_CHANGE, err)) < 0 ||
	    (rc = ask_trail(&o, s, err)) < 0 || (rc = prune(s, &o.what, &counts, err)) < 0 ||
	    (o.vacuum && (rc = store_vacuum(s, &shrunk, err)) < 0) ||
	    (rc = free_bytes(s, &free, err)) < 0)
		return rc;
	if (o.as_json)
		print_json(&o, &counts, free, shrunk);
	else
		print_text(&o, &counts, free, shrunk);
	return STATUS_DONE;
}

const struct command command_prune = {
	.name = "prune",
	.synopsis = "--before TIME [-n] [--vacuum] [--json]",
	.summary = "take away what is older than a time",
	COMMAND_OPTIONS(options),
	.no_operands = "the time is named with '--before'",
	.run = prune_run,
	.failed = STATUS_FAILED,
};
