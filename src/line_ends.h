/*
 * Where lines end in a stretch of bytes. Looking for that takes longer than
 * most lines take otherwise, so it is done once: in the thread that read the
 * bytes, if there is one.
 */
#ifndef MODTRAIL_LINE_ENDS_H
#define MODTRAIL_LINE_ENDS_H

#include "util.h"

#include <stdbool.h>

#define LINE_ENDS_MAX 16384u	/* more than a read holds of records */

struct line_ends {
	uint32_t count;
	bool nul;	/* there may be NULs before the last end; false: there are none */
	uint32_t end[LINE_ENDS_MAX];	/* behind each newline, from the first byte, in order */
};

/* Finds the first LINE_ENDS_MAX ends in len bytes, which are less than 4 GiB. Pure. */
void line_ends_find(struct line_ends *ends, const char *data, size_t len);

#endif
