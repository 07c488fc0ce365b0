/*
 * ingest: the reader. Arguments to sources, signals, progress and the closing
 * line; the way of the data itself is in ingest/ingest.c.
 */
#include "base/escape.h"
#include "cmd/command.h"
#include "ingest/confine.h"
#include "ingest/ingest.h"
#include "ingest/login.h"
#include "model/keys.h"
#include "read/window.h"
#include "rules/auditd_conf.h"
#include "trail/store.h"

#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

struct plan {
	const char *host;	/* the latest --host, or NULL */
	struct {
		const char *path;
		const char *host;	/* --host before it, or NULL */
		bool local;		/* this machine's own log: its login ids have names here */
	} *source;
	size_t count;		/* at least 1 once run_plan() has begun */
	struct keys keys;
	bool all, follow, quiet;
};

static const struct command_option options[] = {
	{ NULL, OPTION_OPERAND, "SOURCE", "a log, a folder of logs, or '-' for standard input;\n"
		"default: log_file of /etc/audit/auditd.conf", IS_TAKEN },
	{ "follow", 'f', NULL, "go on as auditd writes, through rotation",
		SETS_FLAG(struct plan, follow) },
	{ "host", 'H', "NAME",
		"whose records those are that name no node, for the SOURCEs behind it", IS_TAKEN },
	{ "key", 'k', "KEY",
		"also keep other records under this key (repeatable; default: modules)", IS_TAKEN },
	{ "quiet", 'q', NULL, "no progress, no closing lines", SETS_FLAG(struct plan, quiet) },
	{ "no-sieve", 0, NULL, "decode every event; slow, gives the same trail",
		SETS_FLAG(struct plan, all) },
};

static volatile sig_atomic_t stop;
static struct store *stop_store;

static void on_stop(int signal_number)
{
	stop = signal_number;
	if (stop_store != NULL)
		store_interrupt(stop_store);
}

static void catch_signals(void)
{
	/* No SA_RESTART: a sleeping read or poll must end. */
	struct sigaction action = { .sa_handler = on_stop };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* A source, and the --host before it. */
static void add_source(struct plan *plan, const char *path)
{
	plan->source[plan->count].host = plan->host;
	plan->source[plan->count++].path = path;
}

static int take(void *to, int id, const char *value, struct error *err)
{
	struct plan *plan = to;

	switch (id) {
	case OPTION_OPERAND:
		add_source(plan, value);
		return 0;
	case 'H':
		plan->host = value;
		return *value ? 0 : error_set(err, ERR_USAGE, "invalid host '': expected a name");
	default:
		return keys_add(&plan->keys, value, err);
	}
}

static int read_arguments(struct plan *plan, int argc, char **argv, struct error *err)
{
	int rc;

	if ((rc = command_read(&command_ingest, argc, argv, take, plan, err)) < 0)
		return rc;
	if (plan->count == 0)
		plan->source[0].host = plan->host;
	keys_default(&plan->keys);
	if (plan->follow && plan->count > 1)
		return error_set(err, ERR_USAGE, "--follow takes one source, not %zu: "
				 "run one reader for each, they may share a trail", plan->count);
	return 0;
}

/* Is path auditd's own log on this machine, or the folder of it? */
static bool is_own_log(const char *path, const char *log_file)
{
	char ours[PATH_MAX], given[PATH_MAX], *slash;

	if (strcmp(path, "-") == 0 || realpath(path, given) == NULL ||
	    realpath(log_file, ours) == NULL)
		return strcmp(path, log_file) == 0;
	if (strcmp(given, ours) == 0)
		return true;
	if ((slash = strrchr(ours, '/')) != NULL)
		*slash = '\0';
	return strcmp(given, ours) == 0;
}

static void print_size(FILE *out, uint64_t bytes)
{
	if (bytes < 1000 * 1000)
		fprintf(out, "%.1f kB", (double)bytes / 1e3);
	else if (bytes < UINT64_C(1000) * 1000 * 1000)
		fprintf(out, "%.1f MB", (double)bytes / 1e6);
	else
		fprintf(out, "%.2f GB", (double)bytes / 1e9);
}

static void on_progress(void *arg, const struct ingest_counts *c, int64_t remaining)
{
	(void)arg;
	fputs("\r\033[K", stderr);
	print_size(stderr, c->bytes);
	if (remaining >= 0 && c->bytes + (uint64_t)remaining > 0)
		fprintf(stderr, " (%.0f %%)",
			100.0 * (double)c->bytes / (double)(c->bytes + (uint64_t)remaining));
	fprintf(stderr, " read, %" PRIu64 " events kept", c->events_new);
}

static void on_warn(void *arg, const struct error *what)
{
	(void)arg;
	fputs("modtrail ingest: ", stderr);
	escape_print(stderr, ESCAPE_TERMINAL, (struct bytes){ what->text, strlen(what->text) });
	fputc('\n', stderr);
}

static void print_place(const char *words, const char *place)
{
	fputs(words, stdout);
	escape_print(stdout, ESCAPE_TERMINAL, (struct bytes){ place, strlen(place) });
	putchar('\n');
}

static void print_summary(const struct ingest_counts *c)
{
	uint64_t faulty = c->too_long;

	printf("%" PRIu64 " file%s, %" PRIu64 " line%s, ", c->files, c->files == 1 ? "" : "s",
	       c->lines, c->lines == 1 ? "" : "s");
	print_size(stdout, c->bytes);
	printf(": %" PRIu64 " new event%s", c->events_new, c->events_new == 1 ? "" : "s");
	if (c->events_merged > 0)
		printf(", %" PRIu64 " completed", c->events_merged);
	putchar('\n');
	if (c->events_pruned > 0)
		printf("%" PRIu64 " older events left out: the trail was pruned\n", c->events_pruned);

	for (int f = LINE_OK + 1; f < LINE_FAULT_COUNT; f++)
		if (f != LINE_EMPTY && f != LINE_JOINED)
			faulty += c->faults[f];
	if (faulty > 0) {
		printf("%" PRIu64 " line%s could not be read:", faulty, faulty == 1 ? "" : "s");
		for (int f = LINE_OK + 1; f < LINE_FAULT_COUNT; f++)
			if (f != LINE_EMPTY && f != LINE_JOINED && c->faults[f] > 0)
				printf(" %" PRIu64 " %s,", c->faults[f], line_fault_names[f]);
		if (c->too_long > 0)
			printf(" %" PRIu64 " longer than %zu bytes,", c->too_long, WINDOW_LINE_MAX);
		print_place(" the first at ", c->first_fault);
	}
	if (c->faults[LINE_JOINED] > 0) {
		printf("%" PRIu64 " line%s several records, of which only the first was read:",
		       c->faults[LINE_JOINED], c->faults[LINE_JOINED] == 1 ? " holds" : "s hold");
		print_place(" the first at ", c->first_joined);
	}
	if (c->refused > 0)
		printf("%" PRIu64 " events were refused by libauparse\n", c->refused);
	if (c->records_dropped > 0)
		printf("%" PRIu64 " records exceeded the bounds of their event\n", c->records_dropped);
	if (c->tails > 0) {
		printf("%" PRIu64 " last line%s without newline (%" PRIu64 " bytes), left for the next "
		       "run:", c->tails, c->tails == 1 ? "" : "s", c->tail_bytes);
		print_place(" ", c->first_tail);
	}
}

static int ingest_all(struct ingest *in, const struct plan *plan, struct error *err)
{
	char here[256] = "localhost";
	struct error other;
	int rc, failed = 0;

	gethostname(here, sizeof(here) - 1);
	/* A source that cannot be read does not keep the others from being read. */
	for (size_t i = 0; i < plan->count && !stop; i++) {
		const char *host = plan->source[i].host;

		rc = ingest_source(in, plan->source[i].path, host ? host : here,
				   plan->source[i].local, &other);
		if (rc == 0)
			continue;
		if (failed == 0)
			*err = other;
		failed = rc;
		if (rc != ERR_INPUT)
			return rc;
	}
	if (failed == 0 && stop != 0 && !plan->follow)
		return error_set(err, ERR_INTERRUPTED, "interrupted: run again to go on from here");
	return failed;
}

/*
 * auditd.conf says which log is this machine's own. A reader of group adm may
 * read the log and not that file, so then auditd's default is taken for it.
 */
static int read_conf(struct auditd_conf *conf, const struct plan *plan, struct error *err)
{
	int rc = auditd_conf_read(conf, AUDITD_CONF_PATH, err);

	if (rc == 0 || plan->count > 0)
		return 0;
	if (access(AUDITD_CONF_PATH, R_OK) == 0 || errno != EACCES)
		return rc;
	fprintf(stderr, "modtrail ingest: reading '%s': only root may read '%s', which could name "
		"another\n", conf->log_file, AUDITD_CONF_PATH);
	return 0;
}

/* The reader of auditd's log, whose names are this machine's. */
static int prepare_sources(struct plan *plan, const char *log_file, int *helper,
			   struct error *err)
{
	bool local = false;

	if (plan->count == 0)
		plan->source[plan->count++].path = log_file;
	for (size_t i = 0; i < plan->count; i++) {
		plan->source[i].local = plan->source[i].host == NULL &&
					is_own_log(plan->source[i].path, log_file);
		local |= plan->source[i].local;
	}
	return local ? login_helper_start(helper, err) : 0;
}

/* From here on nothing is opened but the sources and the trail. */
static int confine_reader(const struct plan *plan, const char *folder, struct error *err)
{
	int rc = 0;
#ifndef MODTRAIL_UNCONFINED	/* builds for sanitizers and the like: see the Makefile */
	struct confine c;
	struct error missing;

	confine_init(&c);
	for (size_t i = 0; i < plan->count && rc == 0; i++)
		rc = confine_read_log(&c, plan->source[i].path, plan->follow, err);
	confine_write_trail(&c, folder);
	if (rc == 0 && confine_enter(&c, &missing) != 0)
		fprintf(stderr, "modtrail ingest: not confined: %s\n", missing.text);
	confine_release(&c);
#else
	(void)plan;
	(void)folder;
	(void)err;
#endif
	return rc;
}

static int read_sources(const struct plan *plan, struct store *store, const char *folder,
			int login_helper, struct error *err)
{
	bool progress = !plan->quiet && !plan->follow && isatty(STDERR_FILENO);
	struct ingest *in = NULL;
	int rc;

	rc = ingest_new(&in, &(struct ingest_options){
		.store = store,
		.keys = plan->keys.key,
		.all = plan->all,
		.follow = plan->follow,
		.login_helper = login_helper,
		.stop = &stop,
		.warn = on_warn,
		.progress = progress ? on_progress : NULL,
	}, err);
	if (rc < 0)
		return rc;
	if ((rc = confine_reader(plan, folder, err)) == 0)
		rc = ingest_all(in, plan, err);
	if (progress)
		fputs("\r\033[K", stderr);
	if (!plan->quiet && ingest_counts(in)->files > 0)
		print_summary(ingest_counts(in));
	ingest_free(in);
	return rc;
}

static int run_plan(const struct globals *g, struct plan *plan, struct error *err)
{
	AUTO(freep) char *path = strdup(g->trail);
	const char *folder = path != NULL ? dirname(path) : NULL;
	struct auditd_conf conf;
	struct store *store = NULL;
	int rc, login_helper = 0;

	/* Where SQLite is to put what does not fit into memory, as it may write nowhere else. */
	if (folder == NULL || setenv("SQLITE_TMPDIR", folder, 1) < 0)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = read_conf(&conf, plan, err)) < 0 ||
	    (rc = prepare_sources(plan, conf.log_file, &login_helper, err)) < 0)
		return rc;
	if ((rc = store_open(&store, g->trail, STORE_WRITE, err)) < 0)
		return rc;
	stop_store = store;
	catch_signals();
	if (!plan->follow)
		store_checkpoint_in_thread(store);
	rc = read_sources(plan, store, folder, login_helper, err);
	stop_store = NULL;
	store_close(store);
	return rc;
}

static int cmd_ingest(const struct globals *g, int argc, char **argv, struct error *err)
{
	struct plan plan = { 0 };
	int rc;

	if ((plan.source = calloc((size_t)argc + 1, sizeof(*plan.source))) == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = read_arguments(&plan, argc, argv, err)) == 0)
		rc = run_plan(g, &plan, err);
	free(plan.source);
	return rc;
}

const struct command command_ingest = {
	.name = "ingest",
	.synopsis = "[-f] [-q] [-k KEY]... [--no-sieve] [[--host NAME] SOURCE...]",
	.summary = "read audit records into the trail",
	COMMAND_OPTIONS(options),
	.run = cmd_ingest,
	.failed = STATUS_FAILED,
};
