/*
 * What cmd/main.c and the commands agree on.
 */
#ifndef MODTRAIL_CMD_COMMAND_H
#define MODTRAIL_CMD_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

/* Exit statuses of all commands but verify and selftest, which end as monitoring checks do. */
enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

/* What the global options say. */
struct globals {
	const char *trail;	/* -d, else $MODTRAIL_DB, else TRAIL_DEFAULT */
};
#define TRAIL_DEFAULT "/var/lib/modtrail/trail.db"

/*
 * A command. run gets its own argc and argv (argv[0] is the command's name;
 * getopt is reset). It returns an exit status of 0 or more, or a negative enum
 * err with err filled, which cmd/main.c prints: "modtrail NAME: TEXT".
 */
struct command {
	const char *name;
	const char *synopsis;	/* behind the name, in the usage text */
	const char *summary;	/* one line, lower case */
	const char *options;	/* one option a line, for --help; ends with a newline, or "" */
	int (*run)(const struct globals *g, int argc, char **argv, struct error *err);
	int failed;		/* exit status for an error: STATUS_FAILED; for monitoring checks 3, which
				   stands for wrong usage, too */
};

/* One per cmd_*.c; cmd/main.c lists them. */
extern const struct command command_ingest, command_report, command_show, command_rules,
	command_selftest, command_verify, command_claim, command_sql, command_status, command_prune;

/*
 * For getopt_long() loops: the message for what it refused (optopt, argv), as
 * ERR_USAGE. --help is handled before run() is called.
 */
int command_bad_option(char **argv, struct error *err);

#endif
