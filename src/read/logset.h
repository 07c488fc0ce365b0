/*
 * Which files make up a log: audit.log with its rotations, oldest first.
 *
 * Names are read, contents are not. A rotation is audit.log.N (the highest N
 * is the oldest) or dated, audit.log-20261123 (logrotate's dateext), each with
 * .gz, .xz or .zst behind it or not; audit.log.gz counts, too.
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

/* How old a file is within its set; the order is that of reading. */
enum log_age { LOG_DATED, LOG_NUMBERED, LOG_NEWEST };

struct logset_entry {
	char *path;
	const char *name;	/* the file name within path */
	size_t base_len;	/* bytes of name without rotation and compression */
	const char *date;	/* LOG_DATED: digits within name */
	unsigned long number;	/* LOG_NUMBERED */
	enum log_age age;
	bool packed;		/* the name says that it is compressed */
	bool twin;		/* packed, and the same rotation is there unpacked: half written? */
	struct stat stat;	/* links followed; st_ino 0 if it could not be had */
};

struct logset_list {
	struct logset_entry *entries;
	size_t len;
};

/*
 * Lists the regular files of set, set by set in the order of their names,
 * oldest first in each. A folder that is not there is empty. In one that may
 * not be listed, base alone is looked for. Files that are renamed meanwhile are
 * in it, under the old name or the new one, unless that goes on for 20 ms.
 *
 * Returns 0, ERR_INPUT or ERR_NOMEM; *out is empty after an error.
 */
must_check int logset_list(const struct logset *set, struct logset_list *out, struct error *err);

/* Accepts a zeroed list, and leaves one. */
void logset_release(struct logset_list *list);

#endif
