/*
 * Global options, the list of commands, exit statuses, and the one place that
 * prints an error.
 */
#include "base/escape.h"
#include "base/output.h"
#include "base/util.h"
#include "cmd/command.h"
#include "model/signature.h"
#include "trail/store.h"

#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct command *const commands[] = {
	&command_ingest,
	&command_report,
	&command_show,
	&command_rules,
	&command_selftest,
	&command_verify,
	&command_claim,
	&command_key,
	&command_sql,
	&command_status,
	&command_prune,
	&command_check,
	NULL,
};

static void usage(FILE *out)
{
	fputs("usage: modtrail [-d TRAIL] COMMAND [ARGUMENT...]\n\n", out);
	for (const struct command *const *c = commands; *c != NULL; c++)
		fprintf(out, "  %-9s %s\n", (*c)->name, (*c)->summary);
	fputs("\n"
	      "  -d, --trail TRAIL  the trail; default: $MODTRAIL_DB, else " TRAIL_DEFAULT "\n"
	      "  -h, --help         this text; after a command, its own\n"
	      "  -V, --version      the version\n"
	      "\nexit status: 0 done, 1 failed, 2 wrong usage. Manual: modtrail(8)\n", out);
}

static void command_usage(FILE *out, const struct command *c)
{
	fprintf(out, "usage: modtrail [-d TRAIL] %s%s%s\n\n%s\n", c->name, *c->synopsis ? " " : "",
		c->synopsis, c->summary);
	if (c->option_count > 0)
		fputc('\n', out);
	command_print_options(out, c);
	if (c->notes != NULL)
		fprintf(out, "\n%s", c->notes);
}

static void print_error(const char *command, const struct error *err)
{
	fputs("modtrail", stderr);
	if (command != NULL)
		fprintf(stderr, " %s", command);
	fputs(": ", stderr);
	escape_print(stderr, ESCAPE_TERMINAL, (struct bytes){ err->text, strlen(err->text) });
	fputc('\n', stderr);
}

/* Somebody may wonder why nothing happens. */
static void on_wait(const char *path)
{
	fputs("modtrail: waiting for another process that holds trail '", stderr);
	escape_print(stderr, ESCAPE_TERMINAL, (struct bytes){ path, strlen(path) });
	fputs("'\n", stderr);
}

static int misuse(const char *command, const struct error *err)
{
	print_error(command, err);
	fprintf(stderr, "try 'modtrail %s%s--help'\n", command ? command : "", command ? " " : "");
	return STATUS_USAGE;
}

/*
 * By itself glibc keeps more for the program the larger the blocks are that it
 * frees: one huge event would count for ever. Large blocks come from the kernel and go
 * back to it; what is smaller and comes and goes all the time does not (SQLite
 * takes 170 kB for a moment whenever it sorts).
 */
static void bound_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, 256 * 1024);
	mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
}

/*
 * The user's locale says whether a terminal takes UTF-8, and nothing else: where a
 * language has letters of its own, tolower('I') is not 'i' (Turkish).
 */
static void choose_encoding(void)
{
	bool utf8 = setlocale(LC_CTYPE, "") != NULL && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

	if (!utf8 || setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		setlocale(LC_CTYPE, "C");
}

static const struct command *find_command(const char *name)
{
	for (const struct command *const *c = commands; *c != NULL; c++)
		if (strcmp((*c)->name, name) == 0)
			return *c;
	return NULL;
}

/*
 * Prints what went wrong. If it is that nobody reads our output, we end without a word, as by
 * SIGPIPE: whoever ignores that, as systemd and Python do, has their children ignore it, too,
 * and then writing fails instead.
 */
static void tell_failure(const char *command, int rc, const struct error *err)
{
	if (rc == ERR_UNREAD) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
	print_error(command, err);
}

/* What was printed must have arrived: a full disk is a failure. Returns whether it has. */
static bool flush_output(const char *name)
{
	struct error err;
	int rc = output_flush(stdout, NULL, &err);

	if (rc < 0)
		tell_failure(name, rc, &err);
	return rc == 0;
}

/* A closed output must not be the place of a file that we open, for then we would print into that. */
static void fill_standard_streams(void)
{
	static const int mode[] = { O_WRONLY, O_RDONLY, O_RDONLY };	/* so that their use still fails */

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)open("/dev/null", mode[fd]);
}

/* Help that is asked for anywhere before "--" wins over everything else. */
static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	return false;
}

static int finish(const struct command *c, int rc, const struct error *err)
{
	if (rc == ERR_USAGE) {
		int status = misuse(c->name, err);

		/* To a monitor, 2 would be an alarm. */
		return c->failed == STATUS_FAILED ? status : c->failed;
	}
	if (rc < 0) {
		tell_failure(c->name, rc, err);
		return c->failed;
	}
	return flush_output(c->name) ? rc : c->failed;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "trail",   required_argument, NULL, 'd' },
		{ "help",    no_argument,       NULL, 'h' },
		{ "version", no_argument,       NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	struct globals globals = { .trail = getenv("MODTRAIL_DB") };
	const struct command *command;
	struct error err = { "" };
	int option;

	fill_standard_streams();
	bound_memory();
	signature_init();
	choose_encoding();
	store_tell_of_waits(on_wait);
	/* A file that has reached the limit of file sizes is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	if (globals.trail == NULL || *globals.trail == '\0')
		globals.trail = TRAIL_DEFAULT;

	opterr = 0;
	/* '+': stop at the command; the rest is its own. */
	while ((option = getopt_long(argc, argv, "+d:hV", options, NULL)) != -1) {
		switch (option) {
		case 'd':
			globals.trail = optarg;
			break;
		case 'h':
			usage(stdout);
			return flush_output(NULL) ? STATUS_DONE : STATUS_FAILED;
		case 'V':
			puts("modtrail " MODTRAIL_VERSION);
			return flush_output(NULL) ? STATUS_DONE : STATUS_FAILED;
		default:
			command_bad_option(argv, &err);
			return misuse(NULL, &err);
		}
	}
	if (optind == argc) {
		usage(stderr);
		return STATUS_USAGE;
	}
	if ((command = find_command(argv[optind])) == NULL) {
		error_set(&err, ERR_USAGE, "there is no command '%s'", argv[optind]);
		return misuse(NULL, &err);
	}
	argc -= optind;
	argv += optind;
	if (asks_for_help(argc, argv)) {
		command_usage(stdout, command);
		return flush_output(command->name) ? STATUS_DONE : STATUS_FAILED;
	}
	optind = 0;	/* glibc: forget the scan of the global options, too */
	return finish(command, command->run(&globals, argc, argv, &err), &err);
}
