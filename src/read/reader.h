/*
 * The bytes of one file, unpacked if it is compressed (read/unpack.h).
 */
#ifndef MODTRAIL_READ_READER_H
#define MODTRAIL_READ_READER_H

#include "base/error.h"

#include <stdbool.h>
#include <sys/types.h>

struct newline_index;
struct readahead;
struct unpacker;

struct reader {
	int fd;			/* borrowed */
	const char *path;	/* borrowed, for messages */
	uint64_t pos;		/* of the next byte, in the unpacked file */
	bool stream;		/* a pipe: no seeking, and reading waits */
	struct unpacker *unpacker;	/* NULL: the file holds the bytes as they are */
	struct readahead *readahead;		/* NULL: nothing is read ahead (yet) */
	uint64_t in_a_row;		/* bytes that reader_read_on() has given */
	const struct newline_index *newlines;	/* in the last reader_read_on(); NULL: not known */
};

/* Looks at the first bytes; r->pos is 0. A stream is taken as it is. Returns 0 or an error. */
must_check int reader_open(struct reader *r, int fd, const char *path, bool stream,
			   struct error *err);
void reader_close(struct reader *r);

/* Nothing is read ahead into the caller's memory from here on, until the next reader_read_on(). */
void reader_stop(struct reader *r);

/*
 * Reads up to len bytes at r->pos. Returns how many, 0 at the end, ERR_INPUT
 * (a broken archive gives what lies more than 64 KiB before the break first),
 * or ERR_INTERRUPTED: a signal came while a stream was silent.
 */
must_check ssize_t reader_read(struct reader *r, void *to, size_t len, struct error *err);

/*
 * Like reader_read(), with read-ahead: for a caller that reads to the end of a
 * file and does not ask whether it grew meanwhile. room is the number of bytes
 * behind to, at least len. Those that the call does not return belong to the reader,
 * which may read the next blocks into them. The next call may name another place:
 * blocks that lie elsewhere are moved there. Two addresses that are WINDOW_SIZE apart
 * are one place (window_same_place()).
 *
 * Sets r->newlines if the newlines in those bytes are known, valid until the next
 * call or reader_close().
 */
must_check ssize_t reader_read_on(struct reader *r, void *to, size_t len, size_t room,
				  struct error *err);

/* Waits up to ms milliseconds for a stream. True if nothing came: no bytes, end or signal. */
bool reader_is_silent(const struct reader *r, int ms);

/* Goes to pos. Returns 1, 0 if the file ends before it, or an error. Not for streams. */
must_check int reader_seek(struct reader *r, uint64_t pos, struct error *err);

/* Fills *to with len bytes before r->pos = pos. Returns 1, 0 if they are not there, or an error. */
must_check int reader_read_before(struct reader *r, uint64_t pos, void *to, size_t len,
				  struct error *err);

/* Unread bytes of the file as it is stored, compressed or plain. */
uint64_t reader_remaining(const struct reader *r);

#endif
