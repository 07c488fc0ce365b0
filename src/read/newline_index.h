/*
 * The newlines in a block of bytes, and which lines continue the event of the
 * line before them. The search for newlines costs more than everything else that
 * is done with most lines, so it is done once, and by the read-ahead thread if
 * there is one. A line that continues an event needs no look at its head: two of
 * three lines are not read again.
 */
#ifndef MODTRAIL_READ_NEWLINE_INDEX_H
#define MODTRAIL_READ_NEWLINE_INDEX_H

#include "base/util.h"

#include <stdbool.h>

#define NEWLINE_INDEX_MAX 16384u	/* more than a read holds of records */

/* Does a line have the event id of the line before it? */
enum continuation {
	CONTINUATION_UNKNOWN,
	CONTINUATION_MORE,	/* it does, and its type is RECORD_AUXILIARY */
	CONTINUATION_LAST,	/* it does, and its type is RECORD_END */
};

struct newline_index {
	uint32_t count;
	bool nul;	/* there may be NUL bytes before the last newline; false: there are none */
	uint32_t end[NEWLINE_INDEX_MAX];	/* offsets behind the newlines, ascending */
	uint8_t more[NEWLINE_INDEX_MAX];	/* enum continuation of the line that ends there */
};

/*
 * Finds the first NEWLINE_INDEX_MAX newlines in len bytes, which are less than
 * 4 GiB. Pure. A line that is said to continue an event has no node and no CR, and
 * its id is byte by byte that of the line before, if that one is a record at all.
 * The block is taken to begin with the beginning of a line.
 */
void newline_index_build(struct newline_index *newlines, const char *data, size_t len);

#endif
