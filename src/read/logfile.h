/*
 * The identity of a log file, which follows from its content: a hash of its first
 * line (the head) tells logs apart, and a hash of the last bytes before an offset
 * (the tail) proves that the bytes before it are those that were read.
 */
#ifndef MODTRAIL_READ_LOGFILE_H
#define MODTRAIL_READ_LOGFILE_H

#include "read/reader.h"
#include "read/source.h"

#include <sys/stat.h>

/* The last bytes before a place in a file. */
struct tail {
	size_t len;
	char bytes[CHECKPOINT_TAIL];
};

void tail_feed(struct tail *tail, const char *data, size_t len);
uint64_t tail_hash(const struct tail *tail);
/* The time of the record at its end; 0 if it does not end with a whole record. */
int64_t tail_time(const struct tail *tail);

struct logfile {
	struct source_file seen;	/* the part that users of the source see */
	struct checkpoint end;		/* the end of what was handed out */
	struct stat stat;		/* when it was left; st_size is what was read of a plain file */
	size_t tail_bytes;		/* length of the unfinished line when it was left */
	bool done;			/* its last line is whole, even without newline */
	bool failed;			/* could not be opened, and is not tried again unchanged */
	int fd;				/* -1: closed */
	struct logfile *older;
};

/* Takes ownership of fd, unless it returns NULL: out of memory. */
struct logfile *logfile_new(const char *path, int fd, const struct stat *st);
void logfile_free(struct logfile *f);

static inline bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_ino != 0 && a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* The hash of the first WINDOW_LINE_MAX bytes of the first line; 0 if there is less than that. */
uint64_t logfile_head(struct reader *r);

/*
 * Moves r to the largest of n checkpoints whose tail the file holds, or to its
 * start if there is none. Sorts cps. Returns 0 with *start and *tail set, or an
 * error.
 */
must_check int logfile_resume(struct reader *r, struct checkpoint *cps, size_t n, uint64_t *start,
			      struct tail *tail, struct error *err);

/* As source_checkpoint(), for a file that has kept its bytes. */
int logfile_checkpoint(const struct logfile *f, uint64_t offset, struct checkpoint *cp);

#endif
