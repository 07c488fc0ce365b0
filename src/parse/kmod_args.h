/*
 * Parses command lines of kmod's tools: the tool, the modules that it is to load or
 * unload, and whether it is to load or unload anything at all. Pure.
 *
 * A command line is a row of arguments, each ended by NUL, as in struct event; the
 * last NUL may be missing. Options are those of kmod 30 to 34
 * (tools/{insmod,rmmod,modprobe}.c) and of busybox where it has its own.
 */
#ifndef MODTRAIL_PARSE_KMOD_ARGS_H
#define MODTRAIL_PARSE_KMOD_ARGS_H

#include "base/util.h"

#include <stdbool.h>

struct kmod_args {
	struct bytes tool;	/* within the command line: insmod, rmmod, modprobe, lsmod, modinfo,
				   depmod, kmod; data NULL if it is none of them */
	bool intends;		/* insmod, rmmod or modprobe without --dry-run, --show-depends,
				   --version ... */
	bool removes;		/* rmmod, or modprobe -r */
	char modules[256];	/* names asked for, file names reduced to names, '-' to '_', joined
				   by ','; "" if none. A name that does not fit is left out whole */
	unsigned module_count;	/* names asked for, those that did not fit included */
};

/*
 * Reads a command line. argv[0] decides; "busybox insmod ...", "kmod insmod
 * ..." and "ld.so [--argv0 NAME] .../kmod ..." are the tool they run.
 */
void kmod_args_read(struct kmod_args *out, struct bytes argv);

/*
 * The name of the tool that a process runs: that of its command line, else comm if
 * exe is kmod and comm is a name of one of its tools. data NULL if it is none of
 * kmod's. Borrowed from line or comm.
 */
struct bytes tool_of_process(const struct kmod_args *line, struct bytes comm, struct bytes exe);

/* Is this file kmod itself, wherever it lies? */
bool is_kmod(struct bytes exe);

/* Takes the next argument off the front of *rest. False at the end. */
bool argv_next(struct bytes *rest, struct bytes *argument);

/* The module that a file stands for: "/x/snd-dummy.ko.xz" is "snd_dummy". False if it is no .ko. */
bool module_name_of_file(struct bytes path, char *out, size_t size);

#endif
