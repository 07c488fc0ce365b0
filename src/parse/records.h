/*
 * The records of one event as a set in a fixed order.
 *
 * An event may be read in fragments, twice, or from two files, raw in one and
 * enriched in the other. Its records form a set: two lines are the same record if
 * they are equal up to the enriched half (parse/halves.h), apart from a node= in front. The
 * enriched line is kept, or else the one with a node. EOE and lines that are no
 * records are left out. The order is the kernel's (SYSCALL or CONFIG_CHANGE first,
 * KERN_MODULE, EXECVE, CWD, PATH by item, PROCTITLE last), so that the same set
 * always gives the same bytes, whatever the order of arrival.
 */
#ifndef MODTRAIL_PARSE_RECORDS_H
#define MODTRAIL_PARSE_RECORDS_H

#include "base/error.h"
#include "read/record_head.h"

#include <stdbool.h>

/* More than any event that auditd writes. Records beyond these bounds are dropped and counted. */
#define RECORDS_BYTES_MAX ((size_t)1 << 20)
#define RECORDS_MAX 8192u

/* The bytes that identify a record: from its type to the enriched half. */
struct bytes record_core(const struct record_head *line);

/*
 * Where a record stands among those of its type in one event: a PATH by its item, an
 * EXECVE by its first argument. UINT64_MAX: that is not known; 0 for all other types.
 */
uint64_t record_place_among(const struct record_head *line);

struct records {
	struct record_head *line;	/* [count]; valid until the set changes */
	size_t count;
	size_t dropped;		/* records beyond the bounds */
	/* private */
	size_t cap;
	bool sorted;
	size_t bytes;		/* of the lines, newlines included */
	char *text;		/* where the lines lie, each ended by '\n' */
	size_t text_len, text_cap;
	uint32_t *index;	/* [index_len] a hash table of places in line, counted from 1 */
	size_t index_len, index_cap;
};

void records_init(struct records *r);
void records_release(struct records *r);
void records_clear(struct records *r);

/*
 * Adds one line (copied). Returns 1 if the set changed, 0 if it did not (known,
 * no record, or dropped), or ERR_NOMEM; then the set is as it was before.
 */
must_check int records_add(struct records *r, const char *data, size_t len);

/* Adds the lines of a text, separated by '\n'. Returns how many changed the set, or ERR_NOMEM. */
must_check int records_add_text(struct records *r, const char *data, size_t len);

/* Has the set this record, in whatever form? */
bool records_hold(const struct records *r, const struct record_head *line);

/* Sorts the set. Adding a record undoes that. */
void records_sort(struct records *r);

/*
 * Sorts the set and returns it as one text, lines ended by '\n', in the form that the
 * store keeps. Valid until the set changes. NULL with *len 0 when out of memory, ""
 * for the empty set.
 */
const char *records_text(struct records *r, size_t *len);

#endif
