/*
 * selftest: exercise, wait, judge. Ends as a monitoring check does, with one
 * summary line first.
 */
#include "base/clock.h"
#include "base/escape.h"
#include "base/json.h"
#include "cmd/command.h"
#include "model/keys.h"
#include "report/columns.h"
#include "report/verdict.h"
#include "selftest/delivery.h"
#include "selftest/key_file.h"
#include "selftest/lockfile.h"
#include "trail/host_key.h"
#include "verdict/await_markers.h"
#include "verdict/judge.h"
#include "verdict/unaudited.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_DEFAULT_MS 10000
#define LIMIT_MAX_S 600

struct wish {
	struct keys keys;
	struct selftest_options options;
	int64_t limit_ms;
	bool json;
};

static const struct command_option options[] = {
	{ "actor", 'a', "LIST", "whom to act as: some of daemon,root,login; default: all", IS_TAKEN },
	{ "key", 'k', "KEY", "the wanted key (repeatable; default: modules)", IS_TAKEN },
	{ "module", 'm', "NAME", "the module to load and unload; default: a harmless one",
		SETS_TEXT(struct wish, options.module) },
	{ "no-load", 0, NULL,
		"load nothing: only calls and tools that cannot succeed",
		SETS_FLAG(struct wish, options.no_load) },
	{ "dry-run", 'n', NULL, "say what would be done, and do nothing",
		SETS_FLAG(struct wish, options.dry_run) },
	{ "timeout", 't', "S", "how long to wait for the records; default: 10 seconds", IS_TAKEN },
	{ "json", 0, NULL, "verdicts as JSON", SETS_FLAG(struct wish, json) },
};

static volatile sig_atomic_t stop;
static struct store *stop_store;

static void on_stop(int signal_number)
{
	stop = signal_number;
	if (stop_store != NULL)
		store_interrupt(stop_store);
}

/* Whatever ends us has us clean up first. */
static void catch_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_stop };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &action, NULL);
	action.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &action, NULL);
}

/* "daemon,login" */
static int set_actors(struct wish *w, const char *list, struct error *err)
{
	memset(w->options.actor, 0, sizeof(w->options.actor));
	for (const char *p = list;; p++) {
		size_t len = strcspn(p, ",");
		size_t a = name_find(actor_names, ACTOR_COUNT, (struct bytes){ p, len });

		if (a == ACTOR_COUNT)
			return error_set(err, ERR_USAGE, "invalid actors '%s': expected some of "
					 "daemon, root and login, parted by ','", list);
		w->options.actor[a] = true;
		p += len;
		if (*p == '\0')
			return 0;
	}
}

static int set_limit(struct wish *w, const char *text, struct error *err)
{
	char *end;
	long seconds = strtol(text, &end, 10);

	if (*text < '0' || *text > '9' || seconds < 1 || seconds > LIMIT_MAX_S ||
	    (*end != '\0' && strcmp(end, "s") != 0))
		return error_set(err, ERR_USAGE, "invalid timeout '%s': expected 1 to %d seconds",
				 text, LIMIT_MAX_S);
	w->limit_ms = (int64_t)seconds * 1000;
	return 0;
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct wish *w = to;

	switch (id) {
	case 'a':
		return set_actors(w, value, err);
	case 'k':
		return keys_add(&w->keys, value, err);
	default:
		return set_limit(w, value, err);
	}
}

static int read_arguments(struct wish *w, int argc, char **argv, struct error *err)
{
	int rc;

	*w = (struct wish){ .limit_ms = LIMIT_DEFAULT_MS };
	w->options = (struct selftest_options){ .actor = { true, true, true }, .stop = &stop,
						.folder = LOCKFILE_FOLDER };
	if ((rc = command_read(&command_selftest, argc, argv, take, w, err)) < 0)
		return rc;
	if (w->options.no_load && w->options.module != NULL)
		return error_set(err, ERR_USAGE, "--module and --no-load exclude each other");
	keys_default(&w->keys);
	return 0;
}

static void print_line(const char *before, const char *text)
{
	fputs(before, stdout);
	escape_print(stdout, ESCAPE_TERMINAL, (struct bytes){ text, strlen(text) });
	putchar('\n');
}

static void print_plan(const struct selftest *t)
{
	size_t records = 2 + CELLS + t->caveat_count + 2 * t->spec_count;
	char text[RUN_ACT], cell[CELL_TEXT];

	printf("A self-test would perform %zu acts and write about %zu records into the audit "
	       "stream; nothing was done.\n", t->spec_count, t->preflight.status.absent ? 0 : records);
	for (size_t c = 0; c < t->caveat_count; c++)
		print_line("note: ", t->caveats[c]);
	for (size_t s = 0; s < t->spec_count; s++) {
		const struct probe_spec *spec = &t->specs[s];

		probe_spec_text(t, spec, NULL, text, sizeof(text));
		printf("%3zu  %-50s ", s + 1, text);
		for (unsigned i = 0; i < spec->cells; i++)
			printf("%s%s", i ? ", " : " ", cell_text(spec->cell[i], cell));
		putchar('\n');
	}
}

static void json_plan(const struct selftest *t)
{
	char text[RUN_ACT], cell[CELL_TEXT];
	struct json j;

	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_string(&j, "module", t->load ? t->module.name : NULL);
	json_begin_array(&j, "caveats");
	for (size_t c = 0; c < t->caveat_count; c++)
		json_string(&j, NULL, t->caveats[c]);
	json_end_array(&j);
	json_begin_array(&j, "acts");
	for (size_t s = 0; s < t->spec_count; s++) {
		const struct probe_spec *spec = &t->specs[s];

		probe_spec_text(t, spec, NULL, text, sizeof(text));
		json_begin_row(&j, NULL);
		json_string(&j, "act", text);
		json_begin_array(&j, "cells");
		for (unsigned i = 0; i < spec->cells; i++)
			json_string(&j, NULL, cell_text(spec->cell[i], cell));
		json_end_array(&j);
		json_end_object(&j);
	}
	json_end_array(&j);
	json_end_object(&j);
}

/* From what the log tells, and from what this host knows where the log does not. */
static int judge_run(const struct selftest *t, struct store *store, const struct arrival *arrival,
		     struct error *err)
{
	const struct known_run known = {
		.host = arrival->host, .run = &t->run, .claims = t->claims, .claim_count = CELLS,
		.probes = t->probes, .probe_count = t->probe_count,
		.caveats = t->caveats, .caveat_count = t->caveat_count, .delivery = arrival->delivery,
	};
	const struct judging how = {
		.host = arrival->host, .now_ms = clock_ms(CLOCK_REALTIME), .max_age_ms = MAX_AGE_DEFAULT,
	};
	int rc;

	if ((rc = store_begin(store, err)) < 0)
		return rc;
	if ((rc = store_trust_key(store, arrival->host, t->options.key->text, TRUST_OWN,
				  t->run.begun_ms, err)) < 0 ||
	    (rc = judge_note(store, &known, err)) < 0) {
		store_rollback(store);
		return rc;
	}
	if ((rc = store_commit(store, err)) < 0)
		return rc;
	return MIN(judge_apart(store, &how, err), 0);
}

static int tell(struct store *store, const char *host, bool json, struct error *err)
{
	const struct verdict_query what = { .host = host, .all = true };
	struct verdict_counts tally;
	int rc;

	if ((rc = report_count(&tally, store, &what, err)) < 0)
		return rc;
	if (json)
		rc = report_json(stdout, store, &tally, &what, err);
	else if ((rc = report_summary(stdout, store, &tally, &what, err)) == 0)
		rc = report_text(stdout, store, &what, err);
	return rc < 0 ? rc : (int)verdict_counts_check(&tally);
}

/* Where the records of a run arrive, and what was there before it. */
struct way {
	struct store *store;
	struct delivery_log before;
};

/* What only the log can tell of the processes of this host. */
static int note_unaudited(struct selftest *t, void *arg, struct error *err)
{
	const struct way *way = arg;
	struct processes unaudited;
	struct arrival arrival;
	int rc;

	if ((rc = markers_look_for(&arrival, t, way->store, &way->before, err)) < 0 ||
	    (rc = unaudited_find(&unaudited, way->store, arrival.host, err)) < 0 || unaudited.count == 0)
		return rc;
	return selftest_caveat(t, err, "%u processes were started while a rule of the task list was "
			       "loaded: if it was 'never', nothing that they do is recorded until "
			       "they are started anew: %s", unaudited.count, unaudited.names);
}

static int perform(struct selftest *t, struct store *store, const struct wish *w, struct error *err)
{
	const struct key_files files = key_files_here();
	struct way way = { .store = store };
	struct arrival arrival;
	struct signing_key key;
	int rc;

	if ((rc = key_file_load(&key, &files, err)) < 0)
		return rc;
	t->options.key = &key;
	t->options.acted = note_unaudited;
	t->options.arg = &way;
	delivery_look(&way.before, t->preflight.conf.log_file);
	if ((rc = selftest_run(t, err)) < 0 ||
	    (rc = markers_await(&arrival, t, store, &way.before, w->limit_ms, err)) < 0 ||
	    (rc = judge_run(t, store, &arrival, err)) < 0)
		return rc;
	return tell(store, arrival.host, w->json, err);
}

static void selftest_freep(struct selftest **t)
{
	if (*t != NULL)
		selftest_release(*t);
	free(*t);
}

/* That nothing could be checked is an answer of a monitoring check, not an error of ours. */
static int impossible(const struct error *err)
{
	print_line("UNKNOWN: ", err->text);
	return CHECK_UNKNOWN;
}

static int run(const struct globals *g, const struct wish *w, struct error *err)
{
	AUTO(selftest_freep) struct selftest *t = calloc(1, sizeof(*t));
	AUTO(store_closep) struct store *store = NULL;
	int rc;

	if (t == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	catch_signals();
	rc = selftest_plan(t, &w->options, err);
	if (rc == ERR_SYSTEM)
		return impossible(err);
	if (rc < 0)
		return rc;
	if (w->options.dry_run) {
		(w->json ? json_plan : print_plan)(t);
		return STATUS_DONE;
	}
	if ((rc = store_open(&store, g->trail, STORE_WRITE, err)) < 0)
		return rc;
	stop_store = store;
	rc = perform(t, store, w, err);
	stop_store = NULL;
	return rc == ERR_SYSTEM || rc == ERR_INTERRUPTED ? impossible(err) : rc;
}

static int cmd_selftest(const struct globals *g, int argc, char **argv, struct error *err)
{
	struct wish w;
	int rc;

	if ((rc = read_arguments(&w, argc, argv, err)) < 0)
		return rc;
	w.options.keys = w.keys.key;
	return run(g, &w, err);
}

const struct command command_selftest = {
	.name = "selftest",
	.synopsis = "[-n] [-a LIST] [-m NAME | --no-load] [-k KEY]... [-t SECONDS] [--json]",
	.summary = "do what the rules should record, and say what was recorded",
	COMMAND_OPTIONS(options),
	.no_operands = "expected options only",
	.notes =
		"exit status: 0 OK, 1 WARNING (uncovered, untested, stale), 2 CRITICAL (silent,\n"
		"miskeyed, blind), 3 UNKNOWN (nothing proven, or an error)\n",
	.run = cmd_selftest,
	.failed = CHECK_UNKNOWN,
};
