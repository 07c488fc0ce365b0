#include "read/newline_index.h"

#include "read/record_head.h"

#include <string.h>

#define ID_MAX 64u	/* more than the longest has */

/* The id, with the "):" behind it, that begins at data; len 0: none does. */
static struct bytes read_id(const char *data, const char *end)
{
	const char *close = memchr(data, ')', MIN((size_t)(end - data), ID_MAX));
	size_t len = close != NULL ? (size_t)(close + 2 - data) : 0;

	/* With less bytes_same() cannot do; the shortest has one more. */
	return (struct bytes){ data, len >= sizeof(uint64_t) ? len : 0 };
}

/* id: of the line before, or len 0; then of this. end: behind the newline. */
static enum continuation look_at_line(const char *data, const char *end, struct bytes *id)
{
	const struct record_type *kind;
	const char *at = record_head_likely_id(data, (size_t)(end - data), &kind);

	if (at == NULL) {
		id->len = 0;
		return CONTINUATION_UNKNOWN;
	}
	if (id->len == 0 || (size_t)(end - at) <= id->len || !bytes_same(at, id->data, id->len)) {
		*id = read_id(at, end);
		return CONTINUATION_UNKNOWN;
	}
	if (end[-2] == '\r')
		return CONTINUATION_UNKNOWN;
	switch (kind->role) {
	case RECORD_AUXILIARY:
		return CONTINUATION_MORE;
	case RECORD_END:
		return CONTINUATION_LAST;
	default:
		return CONTINUATION_UNKNOWN;
	}
}

void newline_index_build(struct newline_index *newlines, const char *data, size_t len)
{
	const char *at = data, *end = data + len, *newline;
	struct bytes id = { NULL, 0 };

	newlines->count = 0;
	while (newlines->count < NEWLINE_INDEX_MAX &&
	       (newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		newlines->more[newlines->count] = (uint8_t)look_at_line(at, newline + 1, &id);
		at = newline + 1;
		newlines->end[newlines->count++] = (uint32_t)(at - data);
	}
	/* One search for many lines is cheaper than one for each. */
	newlines->nul = memchr(data, '\0', (size_t)(at - data)) != NULL;
}
