/*
 * The error value.
 *
 * Functions return 0 or more on success and a negative enum err on failure.
 * The caller owns the struct error. The function that knows the facts fills it,
 * and callers on the way up may add a prefix. No module prints or exits but
 * cmd/main.c.
 */
#ifndef MODTRAIL_BASE_ERROR_H
#define MODTRAIL_BASE_ERROR_H

#include "base/util.h"

/* Negative, so that one return value can be a count or an error. */
enum err {
	ERR_USAGE = -1,		/* the command line is wrong */
	ERR_INPUT = -2,		/* a source cannot be read, or is no audit log */
	ERR_TRAIL = -3,		/* the trail cannot be opened, read or written */
	ERR_NOMEM = -4,		/* out of memory */
	ERR_SYSTEM = -5,	/* the system refused something else */
	ERR_INTERRUPTED = -6,	/* a signal asked to stop */
	ERR_UNREAD = -7,	/* the reader of what we print has gone */
};

/* Long enough for two paths; longer texts are cut, never refused. */
struct error {
	char text[1024];
};

/*
 * Fills err (may be NULL) and returns code, so that one return statement does
 * both. The text has the form "problem: what would be right", lower case,
 * without a full stop; hostile text in it is escaped when it is printed.
 */
int error_set(struct error *err, enum err code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text of err (may be NULL) and returns code. */
int error_prefix(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
