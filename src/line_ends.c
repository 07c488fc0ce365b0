#include "line_ends.h"

#include <string.h>

void line_ends_find(struct line_ends *ends, const char *data, size_t len)
{
	const char *at = data, *end = data + len, *newline;

	ends->count = 0;
	while (ends->count < LINE_ENDS_MAX &&
	       (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at = newline + 1;
		ends->end[ends->count++] = (uint32_t)(at - data);
	}
	/* One search for many lines is cheaper than one for each. */
	ends->nul = memchr(data, '\0', (size_t)(at - data)) != NULL;
}
