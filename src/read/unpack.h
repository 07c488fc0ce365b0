/*
 * The bytes of a packed file: gzip, xz or zstd, of one piece or of several in a
 * row. Seen by the first bytes, not by the name. Memory is bounded by what the
 * file was packed with: 10 MiB for the usual levels, UNPACK_MEMORY_MAX at most.
 */
#ifndef MODTRAIL_READ_UNPACK_H
#define MODTRAIL_READ_UNPACK_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define UNPACK_MEMORY_MAX ((size_t)130 << 20)	/* zstd --ultra -22 has a window of 128 MiB */

#define UNPACK_LOST_MAX ((size_t)1 << 16)

struct unpacker;

/* Does the file begin as a packed one does? */
bool unpack_is_packed(int fd);

/*
 * Begins at the file's start. fd and path (for messages) are borrowed until
 * unpack_close(); the descriptor's own position is left alone. ERR_NOMEM,
 * ERR_INPUT.
 */
must_check int unpack_open(struct unpacker **out, int fd, const char *path, struct error *err);
void unpack_close(struct unpacker *u);

/*
 * The next bytes, up to len (at least 1). Returns how many, 0 at the end and
 * after an error, or ERR_NOMEM, or ERR_INPUT: the file is damaged or breaks off (what
 * lies more than UNPACK_LOST_MAX before that is given first), needs too much
 * memory, or cannot be read.
 */
must_check ssize_t unpack_read(struct unpacker *u, void *to, size_t len, struct error *err);

/* The last unpack_read() gave 0 or an error: no more comes. */
bool unpack_has_ended(const struct unpacker *u);

/* Packed bytes that were read so far. */
uint64_t unpack_taken(const struct unpacker *u);

#endif
