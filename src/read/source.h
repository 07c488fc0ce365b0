/*
 * The source of a log: a file, a rotated set of files, standard input, or a set
 * that is followed while auditd writes and rotates it.
 *
 * A source hands out chunks of whole lines in the window, oldest file first. The
 * end of a log without a newline is kept back until the line is complete; where nothing
 * can follow (standard input, compressed and rotated files) it is a line like the others.
 * Compressed files (gzip, bzip2, xz, zstd, told by their content) are unpacked.
 *
 * A file is identified by its content, because rotation renames it, copytruncate
 * copies it, and compression rewrites it. Its head is a hash of its first line,
 * which has the time and serial of the first record.
 */
#ifndef MODTRAIL_READ_SOURCE_H
#define MODTRAIL_READ_SOURCE_H

#include "base/error.h"
#include "model/checkpoint.h"

#include <stdbool.h>

struct source_options {
	const char *path;	/* file, folder, or "-" for standard input; borrowed */
	const char *host;	/* passed to lookup; borrowed */
	bool follow;		/* never end: wait for more, through rotation */
	source_lookup_fn *lookup;	/* NULL: read everything from the start */
	void *arg;
};

/* A file that this source has opened. Valid until source_close(). */
struct source_file {
	const char *path;	/* the name under which it was opened, even if it was renamed since */
	uint64_t head;		/* 0 until its first line is whole (or known to be too long) */
	uint64_t start;		/* offset at which reading began: not 0 after a checkpoint */
	bool compressed;
};

/* Whole lines, each ended by '\n' (which a file's last may lack), contiguous in the window and in one file. */
#define SOURCE_CHUNK_MAX ((size_t)3 << 18)
struct chunk {
	uint64_t at;		/* stream offset of the first byte */
	size_t len;		/* at most SOURCE_CHUNK_MAX */
	const struct source_file *file;
	uint64_t offset;	/* of the first byte in that (decompressed) file */
};

/* What could not be handed out, counted since source_open(). */
struct source_counts {
	uint64_t files;		/* opened */
	uint64_t empty;		/* of these, read to the end without a byte in them */
	uint64_t lines_too_long;	/* skipped whole: over WINDOW_LINE_MAX with newline */
	uint64_t tails;		/* files whose last line has no newline, and was kept back */
	uint64_t tail_bytes;
	/*
	 * follow: files that vanished, or may have vanished, before they were read to
	 * their end: one that was listed and then gone; one that was truncated without a
	 * copy in the set; one that is gone while there are rotated files newer than it.
	 */
	uint64_t rotations_lost;
	char first_too_long[256];	/* "path:offset" of the first of each kind, "" if none */
	char first_tail[256];
	char latest_rotation_lost[256];	/* of the latest one */
	int64_t rotation_lost_ms;	/* time of the last record read before it; 0: unknown */
};

struct source;
struct window;

/*
 * Opens options->path:
 *   a file      that file and, if it is the newest of a rotated set (audit.log
 *               with audit.log.1, audit.log.2.gz ... beside it), the set; a
 *               file that is itself a rotated one (audit.log.3) is read alone
 *   a folder    each rotated set of *.log in it, oldest file first; no recursion
 *   "-"         standard input until its end; .follow makes no difference
 * With follow, path may not exist yet (nor its folder), and a folder stands
 * for the audit.log in it; what is no regular file later, or may not be read, is
 * ERR_INPUT of source_next().
 *
 * Returns 0, or ERR_INPUT for a path that is missing, unreadable, neither file
 * nor folder, or a folder without logs; ERR_NOMEM.
 */
must_check int source_open(struct source **out, const struct source_options *options,
			   struct error *err);
void source_close(struct source *s);

/*
 * Reads more into the window w and describes it. Returns 1 with *chunk filled;
 * 0 at the end, or, with follow, when there is nothing to read right now;
 * ERR_INPUT when a file cannot be read (the message names it; calling again
 * goes on with the next file); ERR_INTERRUPTED when a signal came while standard
 * input was silent; ERR_NOMEM; what lookup returned. A file that vanishes is no
 * error when following. A compressed file that is cut off gives what lies up to
 * 64 KiB before the break, then ERR_INPUT.
 *
 * w is the same in each call: bytes that wait for their newline lie at its end.
 * Chunks follow each other without a gap: what is skipped is taken out of it.
 */
must_check int source_next(struct source *s, struct window *w, struct chunk *chunk,
			   struct error *err);

/* Follow only: the path of the log, if it did not exist when it was to be opened; else NULL. */
const char *source_awaited(const struct source *s);

/* The path of what the last source_next() that returned ERR_INPUT could not read. Until the next one. */
const char *source_unread(const struct source *s);

/*
 * Waits up to SOURCE_SILENCE_MS for standard input; true if nothing came, neither
 * bytes nor a signal. The next source_next() may then wait for hours. False for all
 * other sources.
 */
#define SOURCE_SILENCE_MS 200
bool source_is_silent(const struct source *s);

/*
 * Follow only: sleeps until there may be more to read, timeout_ms have passed
 * (-1: no limit) or a signal arrived. Wakes through inotify, and every
 * LOGWATCH_SLOW_CHECK_MS for file systems where inotify is silent. Returns 1 if
 * something may have changed, 0 on timeout, ERR_INTERRUPTED, ERR_SYSTEM.
 *
 * During the sleep (and while source_next() waits for standard input) no signal is
 * blocked. So a caller that blocks SIGINT and SIGTERM elsewhere cannot miss one
 * between the look at its flag and the sleep.
 */
must_check int source_wait(struct source *s, int timeout_ms, struct error *err);

/*
 * Fills *cp with a checkpoint for an offset in a file, at which a later source can
 * resume. offset is the start of a line or the end of a chunk that this source
 * handed out. Returns 1, or 0 if the file has no whole line yet, is standard input,
 * or is gone. A compressed file has a checkpoint only at its end, once source_next()
 * has gone on to another file or returned 0.
 */
int source_checkpoint(struct source *s, const struct source_file *file, uint64_t offset,
		      struct checkpoint *cp);

const struct source_counts *source_counts(const struct source *s);

/* Unread bytes as far as they are known, for progress; -1 if unknown. */
int64_t source_remaining(const struct source *s);

#endif
