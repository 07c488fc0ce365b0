/*
 * One line of a rule file, read as auditctl reads its command line: split at
 * blanks (a tab is none, quotes are ordinary, "\ " is a blank in a word), then
 * getopt_long, with what each option demands of those before it.
 */
#include "rules/private.h"

#include <ctype.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WORDS 2100	/* more than a line of auditctl's 6144 bytes can hold of use */

void line_order_release(struct line_order *o)
{
	rule_free(o->rule);
	o->rule = NULL;
}

/* Cuts line into words, in place. */
static size_t split_words(char *line, char **word, size_t max)
{
	size_t count = 0;
	char *to = line;

	for (const char *from = line; *from != '\0' && count < max;) {
		while (*from == ' ')
			from++;
		if (*from == '\0')
			break;
		word[count++] = to;
		while (*from != '\0' && *from != ' ') {
			/* auditctl leaves the first word, the option, as it is */
			if (count > 1 && from[0] == '\\' && (from[1] == ' ' || from[1] == '\\'))
				from++;
			*to++ = *from++;
		}
		if (*from == ' ')
			from++;
		*to++ = '\0';
	}
	return count;
}

/* A level: 0, 1 or 2. */
static bool read_level(struct reading *rd, const char *option, const char *arg, int64_t *out)
{
	if (strlen(arg) != 1 || *arg < '0' || *arg > '2')
		return refuse(rd->why, "%s %s: expected 0, 1 or 2", option, arg);
	*out = *arg - '0';
	return true;
}

static bool read_number(struct reading *rd, const char *option, const char *arg, int64_t *out)
{
	if (!isdigit((unsigned char)*arg))
		return refuse(rd->why, "%s %s: expected a number", option, arg);
	*out = (int64_t)(uint32_t)strtoul(arg, NULL, 0);
	return true;
}

static bool read_delete_all(struct reading *rd, int argc, char **argv)
{
	rd->end = LINE_DONE;
	rd->out->deletes_all = true;
	if (argc == 2)
		return true;
	rd->out->deletes_all = false;
	/* -D may stand last, with nothing behind it. */
	if (argc != 4 || optind != 2 || strcmp(argv[optind], "-k") != 0)
		return refuse(rd->why, "-D stands alone, or with -k and a key");
	strncat(rd->out->delete_key, argv[3], AUDIT_MAX_KEY_LEN);
	rd->out->deletes_all = true;
	return true;
}

/* -l and -s change no rule. */
static bool read_query(struct reading *rd, int argc, char **argv)
{
	bool by_key = argc == 4 && strcmp(argv[1], "-l") == 0 && strcmp(argv[2], "-k") == 0;

	if (argc > 2 && !by_key && !(argc == 3 && strcmp(argv[2], "-i") == 0))
		return refuse(rd->why, "%s stands alone", argv[1]);
	rd->end = LINE_DONE;
	return true;
}

static bool read_message(struct reading *rd, int argc)
{
	if (argc > 3)
		return refuse(rd->why, "-m stands alone, with one word");
	for (const char *p = optarg; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			return refuse(rd->why, "the message has a control character");
	rd->end = LINE_DONE;
	return true;
}

static bool read_mount_pair(struct reading *rd, const char *arg)
{
	const char *comma = strchr(arg, ',');

	if (rd->calls)
		return refuse(rd->why, "-q cannot be part of a rule");
	if (comma == NULL || comma[1] == '\0' || strchr(comma + 1, ',') != NULL)
		return refuse(rd->why, "-q %s: expected a mount point, a comma and a folder", arg);
	rd->end = LINE_DONE;
	return true;
}

enum { OPTION_LOGINUID = 256, OPTION_WAIT, OPTION_LOST, OPTION_WAIT_ACTUAL, OPTION_SIGNAL };

static const struct option long_options[] = {
	{ "loginuid-immutable",             no_argument,       NULL, OPTION_LOGINUID },
	{ "backlog_wait_time",              required_argument, NULL, OPTION_WAIT },
	{ "reset-lost",                     no_argument,       NULL, OPTION_LOST },
	{ "reset_backlog_wait_time_actual", no_argument,       NULL, OPTION_WAIT_ACTUAL },
	{ "signal",                         required_argument, NULL, OPTION_SIGNAL },
	{ NULL, 0, NULL, 0 },
};

static bool read_setting(struct reading *rd, int option)
{
	struct rule_settings *s = &rd->out->settings;

	switch (option) {
	case 'e':
		return read_level(rd, "-e", optarg, &s->enabled);
	case 'f':
		return read_level(rd, "-f", optarg, &s->failure);
	case 'b':
		return read_number(rd, "-b", optarg, &s->backlog);
	case 'r':
		return read_number(rd, "-r", optarg, &s->rate);
	case OPTION_WAIT:
		return read_number(rd, "--backlog_wait_time", optarg, &s->backlog_wait);
	case OPTION_LOGINUID:
		s->loginuid_immutable = true;
		break;
	case 'c':
	case 'i':
		s->report |= option == 'c';
		s->ignore = true;
		rd->end = LAST_OPTION;
		return true;
	default:	/* counters, signals: nothing that rules depend on */
		break;
	}
	rd->end = LINE_DONE;
	return true;
}

static bool read_option(struct reading *rd, int option, int argc, char **argv)
{
	switch (option) {
	case 'a':
		return reading_list_and_action(rd, optarg, ORDER_ADD);
	case 'A':
		rd->out->rule->prepend = true;
		return reading_list_and_action(rd, optarg, ORDER_ADD);
	case 'd':
		return reading_list_and_action(rd, optarg, ORDER_DELETE);
	case 'w':
		return reading_watch(rd, optarg, ORDER_ADD);
	case 'W':
		return reading_watch(rd, optarg, ORDER_DELETE);
	case 'F':
		return reading_field(rd, optarg);
	case 'C':
		return comparison_read(rd->out->rule, optarg, rd->why);
	case 'S':
		return reading_calls(rd, optarg);
	case 'p':
		return reading_perms(rd, optarg);
	case 'k':
		return reading_key(rd, optarg);
	case 'D':
		return read_delete_all(rd, argc, argv);
	case 'q':
		return read_mount_pair(rd, optarg);
	case 'l':
	case 's':
		return read_query(rd, argc, argv);
	case 'm':
		return read_message(rd, argc);
	case 't':
		rd->end = LINE_DONE;
		return true;
	case 'v':
		rd->end = LAST_OPTION;
		return true;
	case 'h':
		return refuse(rd->why, "-h is an error in a rule file");
	case 'R':
		return refuse(rd->why, "rule files cannot be nested");
	case '?':
		return refuse(rd->why, "option '%s' is unknown, or lacks its value",
			      argv[optind - 1]);
	default:
		return read_setting(rd, option);
	}
}

static const char options[] = "hicslDvtC:e:f:r:b:a:A:d:S:F:m:R:w:W:k:p:q:";

/*
 * A refused line is not executed, but says what it was meant to cover: without
 * the calls behind the mistake, the rule would seem to name all of them.
 */
static void read_meaning(struct reading *rd, int argc, char **argv)
{
	int option;

	(void)reading_refused(rd);
	while ((option = getopt_long(argc, argv, options, long_options, NULL)) != -1)
		if (strchr("FCSpk", option) != NULL)
			(void)read_option(rd, option, argc, argv);
	(void)reading_complete(rd);
}

bool line_read(struct line_order *o, const char *text, struct paths *facts, struct refusal *why)
{
	struct reading rd = { .out = o, .why = why, .facts = facts };
	AUTO(freep) char *copy = strdup(text);
	AUTO(freep) char **argv = calloc(MAX_WORDS + 2, sizeof(*argv));
	int argc, option;
	bool good = true;

	*o = (struct line_order){ .settings = { -1, -1, -1, -1, -1, false, false, false, false } };
	if (copy == NULL || argv == NULL || (o->rule = rule_new()) == NULL)
		return refuse_memory(why);
	argv[0] = (char *)"auditctl";
	argc = 1 + (int)split_words(copy, argv + 1, MAX_WORDS);
	if (argc == 1 || argv[1][0] == '#')
		return true;

	optind = 0;	/* glibc: forget the last line */
	opterr = 0;
	while (good && rd.end == GOES_ON &&
	       (option = getopt_long(argc, argv, options, long_options, NULL)) != -1)
		good = read_option(&rd, option, argc, argv);
	if (good && rd.end != LINE_DONE && optind < argc)
		good = refuse(why, "'%s' belongs to no option", argv[optind]);
	/* auditctl sends a rule only if it was the last thing asked for. */
	if (good && rd.end != GOES_ON)
		o->order = ORDER_NOTHING;
	if (good)
		return rd.end != GOES_ON || reading_complete(&rd);
	read_meaning(&rd, argc, argv);
	return false;
}
