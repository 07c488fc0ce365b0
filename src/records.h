/*
 * The records of one event as a set in a fixed order.
 *
 * An event may reach us in pieces, twice, from two files, raw in one and
 * enriched in the other. Its records form a set: two lines are the same record
 * if they are equal up to the enriched half (0x1D), apart from a node= in
 * front; the enriched one wins. EOE carries nothing and is left out. The order
 * is the kernel's (SYSCALL or CONFIG_CHANGE first, KERN_MODULE, EXECVE, CWD,
 * PATH by item, PROCTITLE last), so that the same set always gives the same
 * bytes, whatever the order of arrival.
 */
#ifndef MODTRAIL_RECORDS_H
#define MODTRAIL_RECORDS_H

#include "error.h"
#include "line.h"

#include <stdbool.h>

/* More than any event that auditd writes; what exceeds it is dropped and counted. */
#define RECORDS_BYTES_MAX ((size_t)1 << 20)
#define RECORDS_MAX 8192u

struct records {
	struct line *line;	/* [count]; their text points into the caller's bytes or text */
	size_t count;
	size_t dropped;		/* records beyond the bounds */
	/* private */
	size_t cap;
	char *text;
	size_t text_len, text_cap;
};

void records_init(struct records *r);
void records_release(struct records *r);
void records_clear(struct records *r);

/* Adds one line (copied). Returns 1 if the set changed, 0 if it was known, ERR_NOMEM. */
must_check int records_add(struct records *r, const char *data, size_t len);

/* Adds the lines of a text, separated by '\n'. Returns how many changed the set, or ERR_NOMEM. */
must_check int records_add_text(struct records *r, const char *data, size_t len);

/* Brings the set into its order. */
void records_sort(struct records *r);

/*
 * The set as one text, lines ended by '\n', in order: what the store keeps.
 * Valid until the set changes. NULL with *len 0 when out of memory.
 */
const char *records_text(struct records *r, size_t *len);

#endif
