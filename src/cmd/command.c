#include "cmd/command.h"

#include "base/util.h"

#include <assert.h>
#include <getopt.h>
#include <string.h>

#define OPTIONS_MAX 32

int command_bad_option(char **argv, struct error *err)
{
	const char *arg = argv[optind - 1];

	if (optopt == 0 || strncmp(arg, "--", 2) == 0)
		return error_set(err, ERR_USAGE, "option '%s' is unknown, or lacks its value", arg);
	return error_set(err, ERR_USAGE, "option '-%c' is unknown, or lacks its value", optopt);
}

static bool has_letter(const struct command_option *o)
{
	return o->id > OPTION_OPERAND && o->id < OPTION_LONG;
}

static int argument_of(const struct command_option *o)
{
	if (o->value == NULL)
		return no_argument;
	return *o->value == '[' ? optional_argument : required_argument;
}

/* The rows as getopt_long() has them: a long option is known by its row. */
static void fill(const struct command *c, struct option *longs, char *letters)
{
	*letters++ = '-';	/* operands come in their order, between the options */
	for (size_t i = 0; i < c->option_count; i++) {
		const struct command_option *o = &c->options[i];

		if (o->name == NULL)
			continue;
		*longs++ = (struct option){ o->name, argument_of(o), NULL, OPTION_LONG + (int)i };
		if (!has_letter(o))
			continue;
		*letters++ = (char)o->id;
		if (o->value != NULL)
			*letters++ = ':';
	}
}

static const struct command_option *row_of(const struct command *c, int found)
{
	if (found >= OPTION_LONG)
		return &c->options[found - OPTION_LONG];
	for (size_t i = 0; i < c->option_count; i++)
		if (c->options[i].id == found)
			return &c->options[i];
	return NULL;
}

static int put(const struct command_option *o, option_fn *take, void *to, struct error *err)
{
	switch (o->kind) {
	case OPTION_FLAG:
		*(bool *)((char *)to + o->at) = true;
		return 0;
	case OPTION_TEXT:
		*(const char **)((char *)to + o->at) = optarg;
		return 0;
	default:
		return take(to, o->id, optarg, err);
	}
}

static int put_operand(const struct command *c, const char *text, option_fn *take, void *to,
		       struct error *err)
{
	if (c->no_operands != NULL)
		return error_set(err, ERR_USAGE, "unexpected argument '%s': %s", text, c->no_operands);
	return take(to, OPTION_OPERAND, text, err);
}

int command_read(const struct command *c, int argc, char **argv, option_fn *take, void *to,
		 struct error *err)
{
	struct option longs[OPTIONS_MAX] = { { NULL, 0, NULL, 0 } };
	char letters[2 * OPTIONS_MAX] = "";
	int found, rc = 0;

	assert(c->option_count < OPTIONS_MAX);
	fill(c, longs, letters);
	while (rc == 0 && (found = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (found == '?')
			return command_bad_option(argv, err);
		rc = found == 1 ? put_operand(c, optarg, take, to, err)
				: put(row_of(c, found), take, to, err);
	}
	for (; rc == 0 && optind < argc; optind++)
		rc = put_operand(c, argv[optind], take, to, err);
	return rc;
}

/* "-s, --since TIME": names the row, and first those before it that share its help. */
static size_t name_of(const struct command *c, size_t *row, char *out, size_t size)
{
	size_t len = 0;

	for (;; (*row)++) {
		const struct command_option *o = &c->options[*row];
		char letter[8] = "    ";

		if (has_letter(o))
			snprintf(letter, sizeof(letter), "-%c, ", o->id);
		if (o->name == NULL)
			len += (size_t)snprintf(out + len, size - len, "%s", o->value);
		else
			len += (size_t)snprintf(out + len, size - len, "%s--%s%s%s",
						len ? ", " : letter, o->name,
						argument_of(o) == required_argument ? " " : "",
						o->value ? o->value : "");
		if (o->help != NULL)
			return len;
	}
}

static void print_help(FILE *out, const char *help, size_t indent)
{
	for (;;) {
		size_t len = strcspn(help, "\n");

		fprintf(out, "%.*s\n", (int)len, help);
		if (help[len] == '\0')
			return;
		help += len + 1;
		fprintf(out, "%*s", (int)indent, "");
	}
}

void command_print_options(FILE *out, const struct command *c)
{
	char name[80];
	size_t width = 0;

	for (size_t i = 0; i < c->option_count; i++)
		width = MAX(width, name_of(c, &i, name, sizeof(name)));
	for (size_t i = 0; i < c->option_count; i++) {
		name_of(c, &i, name, sizeof(name));
		fprintf(out, "  %-*s  ", (int)width, name);
		print_help(out, c->options[i].help, width + 4);
	}
}
