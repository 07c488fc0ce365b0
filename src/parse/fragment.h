/*
 * A piece of an event: lines of its records, as the sieve hands them out.
 */
#ifndef MODTRAIL_PARSE_FRAGMENT_H
#define MODTRAIL_PARSE_FRAGMENT_H

#include "base/util.h"

#include <stdbool.h>

struct piece {
	struct bytes node;	/* len 0: the records name no node */
	int64_t time_ms;
	uint64_t serial;
	bool daemon;
	const struct bytes *lines;	/* as line.text: no newline, no CR; in the order they came */
	size_t count;		/* at least 1 */
};

/*
 * A piece and its lines as one block, for whoever needs them longer than they
 * last. A packed block may be moved; to is piece_packed_size() bytes, aligned
 * for anything.
 */
size_t piece_packed_size(const struct piece *piece);
void piece_pack(const struct piece *piece, void *to);
/* The piece at the block's beginning, which borrows from it until it is moved again. */
const struct piece *piece_unpack(void *block);

#endif
