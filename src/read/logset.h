/*
 * The files that make up a log: audit.log with its rotations, oldest first.
 *
 * Files are told apart by their names, not opened. A rotation is audit.log.N (the highest N
 * is the oldest) or dated, audit.log-20261123 (logrotate's dateext), each with
 * .gz, .bz2, .xz or .zst behind it or not; audit.log.gz counts, too. Names of other
 * compressions are listed as well, so that nothing is left out in silence.
 */
#ifndef MODTRAIL_READ_LOGSET_H
#define MODTRAIL_READ_LOGSET_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/stat.h>

struct logset {
	const char *dir;	/* borrowed */
	const char *base;	/* borrowed: name of the newest; NULL: each set of *.log */
};

/* The age of a file within its set, in the order of reading. */
enum log_age { LOG_DATED, LOG_NUMBERED, LOG_NEWEST };

struct logset_entry {
	char *path;
	const char *name;	/* the file name within path */
	size_t base_len;	/* bytes of name without rotation and compression */
	const char *date;	/* LOG_DATED: digits within name */
	unsigned long number;	/* LOG_NUMBERED */
	enum log_age age;
	bool packed;		/* the name says that it is compressed */
	bool foreign;		/* and in a way that unpack.h does not know */
	bool twin;		/* packed, perhaps half written: the same rotation is there unpacked */
	struct stat stat;	/* links followed; st_ino 0 if it could not be had */
};

struct logset_list {
	struct logset_entry *entries;
	size_t len;
};

/*
 * Lists the regular files of set, and base whatever it is, set by set in the order of
 * their names, oldest first in each. A missing folder is empty. In a folder without the
 * right to list it only base is looked up. Files that are renamed during the call are listed
 * under the old or the new name, unless renaming goes on for more than 20 ms.
 *
 * Returns 0, ERR_INPUT or ERR_NOMEM; *out is empty after an error.
 */
must_check int logset_list(const struct logset *set, struct logset_list *out, struct error *err);

/* Accepts a zeroed list, and leaves one. */
void logset_release(struct logset_list *list);

#endif
