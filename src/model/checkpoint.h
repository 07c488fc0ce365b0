/*
 * How far a file of a log has been read, so that a later reader goes on there.
 */
#ifndef MODTRAIL_MODEL_CHECKPOINT_H
#define MODTRAIL_MODEL_CHECKPOINT_H

#include "base/error.h"

#include <stdint.h>

/* How many bytes before an offset the tail hash covers. */
#define CHECKPOINT_TAIL 4096

/*
 * How far a file has been read. It holds for a file whose first line hashes to
 * head and whose (at most CHECKPOINT_TAIL) bytes before offset hash to tail:
 * anything else is another file, and is read from its beginning.
 */
struct checkpoint {
	uint64_t head;
	uint64_t offset;	/* of a line start, in the (decompressed) file */
	uint64_t tail;
};

/*
 * Asks the store for checkpoints of files with this head (for host, the name
 * that the source was opened with), largest offset first; fills at most max
 * and returns how many, or a negative enum err that stops the source.
 */
typedef int source_lookup_fn(void *arg, const char *host, uint64_t head,
			     struct checkpoint *out, size_t max, struct error *err);

#endif
