/*
 * Where lines end in a stretch of bytes, and which are just one more of the
 * event of the line before. Looking for that takes longer than most lines take
 * otherwise, so it is done once: in the thread that read the bytes, if there is
 * one. Two of three lines are never read again.
 */
#ifndef MODTRAIL_READ_NEWLINE_INDEX_H
#define MODTRAIL_READ_NEWLINE_INDEX_H

#include "base/util.h"

#include <stdbool.h>

#define LINE_ENDS_MAX 16384u	/* more than a read holds of records */

/* What a line has in common with the one before it. */
enum line_more {
	LINE_MORE_UNKNOWN,
	LINE_GOES_ON,		/* its id, and is of a type that is RECORD_AUXILIARY */
	LINE_ENDS_EVENT,	/* its id, and is of a type that is RECORD_END */
};

struct line_ends {
	uint32_t count;
	bool nul;	/* there may be NULs before the last end; false: there are none */
	uint32_t end[LINE_ENDS_MAX];	/* behind each newline, from the first byte, in order */
	uint8_t more[LINE_ENDS_MAX];	/* enum line_more of the line that ends there; see below */
};

/*
 * Finds the first LINE_ENDS_MAX ends in len bytes, which are less than 4 GiB. Pure.
 * What goes on ends with one newline and no CR, and has no node. Its id is the
 * same byte by byte, if the line before is a record at all; the first line of
 * the stretch is taken for one that begins there.
 */
void line_ends_find(struct line_ends *ends, const char *data, size_t len);

#endif
