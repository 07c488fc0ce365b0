#include "cmd/command.h"

#include <getopt.h>
#include <string.h>

int command_bad_option(char **argv, struct error *err)
{
	const char *arg = argv[optind - 1];

	if (optopt == 0 || strncmp(arg, "--", 2) == 0)
		return error_set(err, ERR_USAGE, "option '%s' is unknown, or lacks its value", arg);
	return error_set(err, ERR_USAGE, "option '-%c' is unknown, or lacks its value", optopt);
}
