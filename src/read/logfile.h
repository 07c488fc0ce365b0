/*
 * A log file as a source knows it: by what it holds. The head tells one log
 * from another, the tail proves that what lies before an offset is what was
 * read there.
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
/* The time of the record that it ends with; 0 if it does not end with a whole one. */
int64_t tail_time(const struct tail *tail);

struct logfile {
	struct source_file seen;	/* what the source's user holds */
	struct checkpoint end;		/* how far it was handed out */
	struct stat stat;		/* when left; st_size is what was read of a plain file */
	size_t tail_bytes;		/* a line that was not whole when it was left */
	bool failed;			/* could not be opened: not tried again as it is */
	int fd;				/* -1: closed */
	struct logfile *older;
};

/* Takes fd. NULL: out of memory, and fd is still the caller's. */
struct logfile *logfile_new(const char *path, int fd, const struct stat *st);
void logfile_free(struct logfile *f);

static inline bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_ino != 0 && a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* The hash of the first WINDOW_LINE_MAX bytes of the first line; 0 if there is less than that. */
uint64_t logfile_head(struct reader *r);

/*
 * Goes to the largest of n offsets that r's file holds with the tail that
 * belongs to it, or to the start. cps is sorted on the way.
 * Returns 0 with r, *start and *tail set, or an error.
 */
must_check int logfile_resume(struct reader *r, struct checkpoint *cps, size_t n, uint64_t *start,
			      struct tail *tail, struct error *err);

/* See source_checkpoint(); for a file whose bytes are still where they were. */
int logfile_checkpoint(const struct logfile *f, uint64_t offset, struct checkpoint *cp);

#endif
