/*
 * Reads compressed files: gzip, bzip2, xz or zstd, with one member or several in a row. The
 * format is told by the first bytes, not by the name. The memory depends on the level
 * of compression, up to that of "xz -6" and "zstd -19". A file that was packed to need
 * more is read if it is short, as a decoder uses no more than it unpacks.
 */
#ifndef MODTRAIL_READ_UNPACK_H
#define MODTRAIL_READ_UNPACK_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define UNPACK_WINDOW ((size_t)8 << 20)	/* of "xz -6" and "zstd -19"; a decoder needs up to 2 MiB more */
#define UNPACK_MEMORY_MAX ((size_t)130 << 20)	/* that is asked for: zstd --ultra -22 has a window of 128 MiB */

#define UNPACK_LOST_MAX ((size_t)1 << 16)	/* but for bzip2: up to a block of it, 900 kB */

struct unpacker;

/* Does the file begin with the magic bytes of one of the formats? */
bool unpack_is_packed(int fd);

/*
 * Begins at the start of the file. fd and path (for messages) are borrowed until
 * unpack_close(); the file offset of fd does not change. Returns 0, ERR_NOMEM or
 * ERR_INPUT.
 */
must_check int unpack_open(struct unpacker **out, int fd, const char *path, struct error *err);
void unpack_close(struct unpacker *u);

/*
 * Reads up to len bytes (at least 1). Returns how many, 0 at the end and after an
 * error, or ERR_NOMEM, or ERR_INPUT: the file cannot be read, needs too much memory,
 * is damaged, is cut off, or something else follows its last member. Of a damaged file all bytes that lie more than
 * UNPACK_LOST_MAX before the damage are returned first.
 */
must_check ssize_t unpack_read(struct unpacker *u, void *to, size_t len, struct error *err);

/* Did the last unpack_read() return 0 or an error? Then there are no more bytes. */
bool unpack_has_ended(const struct unpacker *u);

/* The compressed bytes that were read so far. */
uint64_t unpack_taken(const struct unpacker *u);

#endif
