/*
 * What cmd/main.c and the commands agree on.
 */
#ifndef MODTRAIL_CMD_COMMAND_H
#define MODTRAIL_CMD_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Exit statuses of all commands but verify and selftest, which end as monitoring checks do. */
enum { STATUS_DONE = 0, STATUS_FAILED = 1, STATUS_USAGE = 2 };

/* What the global options say. */
struct globals {
	const char *trail;	/* -d, else $MODTRAIL_DB, else TRAIL_DEFAULT */
};
#define TRAIL_DEFAULT "/var/lib/modtrail/trail.db"

/*
 * What a command takes: a row for each option, and one for what may stand without an
 * option's name. getopt, --help and, by way of --help, the completion all go by these rows.
 */
struct command_option {
	const char *name;	/* "since"; NULL: an operand, which value names */
	int id;			/* its letter; for option_fn also OPTION_LONG and more; 0: none */
	const char *value;	/* "TIME"; "[=FILE]" may be left out; NULL: it takes none */
	const char *help;	/* lines after the first begin behind a '\n'; NULL: the next row's */
	enum { OPTION_TAKEN, OPTION_FLAG, OPTION_TEXT } kind;	/* by option_fn, or put at once */
	size_t at;		/* of the bool or const char * in what command_read() fills */
};
enum { OPTION_OPERAND = 1, OPTION_LONG = 256 };
#define IS_TAKEN OPTION_TAKEN, 0
#define SETS_FLAG(type, member) OPTION_FLAG, offsetof(type, member)
#define SETS_TEXT(type, member) OPTION_TEXT, offsetof(type, member)

/* Takes an option or operand, in their order, with its value or NULL. 0, or a negative enum err. */
typedef int option_fn(void *to, int id, const char *value, struct error *err);

/*
 * A command. run gets its own argc and argv (argv[0] is the command's name;
 * getopt is reset). It returns an exit status of 0 or more, or a negative enum
 * err with err filled, which cmd/main.c prints: "modtrail NAME: TEXT".
 */
struct command {
	const char *name;
	const char *synopsis;	/* behind the name, in the usage text */
	const char *summary;	/* one line, lower case */
	const struct command_option *options;
	size_t option_count;
	const char *notes;	/* below the options of --help; NULL: nothing */
	const char *no_operands;	/* what is to be said of one; NULL: it takes some */
	int (*run)(const struct globals *g, int argc, char **argv, struct error *err);
	int failed;		/* exit status for an error: STATUS_FAILED; for monitoring checks 3, which
				   stands for wrong usage, too */
};
#define COMMAND_OPTIONS(rows) .options = (rows), .option_count = ARRAY_SIZE(rows)

/*
 * Reads all options and operands into *to, which the rows and take know. take may be NULL
 * if every row says where its value goes. Stops at, and returns, the first error.
 */
must_check int command_read(const struct command *c, int argc, char **argv, option_fn *take, void *to,
			    struct error *err);

/* The rows of --help. */
void command_print_options(FILE *out, const struct command *c);

/* One per cmd_*.c; cmd/main.c lists them. */
extern const struct command command_ingest, command_report, command_show, command_rules,
	command_selftest, command_verify, command_claim, command_key, command_sql, command_status,
	command_prune, command_check;

/*
 * The message for what getopt_long() refused (optopt, argv), as ERR_USAGE. --help is
 * handled before run() is called.
 */
int command_bad_option(char **argv, struct error *err);

#endif
