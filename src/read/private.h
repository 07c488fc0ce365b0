/*
 * The inside of a source, shared by its parts:
 *
 *   read/source.c  opens, and reads in one loop
 *   read/window_lines.c   which bytes of the window are whole lines
 *   read/fileset_walk.c    which file comes next
 *   read/follow.c  what became of the file that is followed
 */
#ifndef MODTRAIL_READ_PRIVATE_H
#define MODTRAIL_READ_PRIVATE_H

#include "read/logfile.h"
#include "read/logset.h"
#include "read/logwatch.h"
#include "read/window.h"

struct source {
	struct source_options options;
	struct source_counts counts;

	/* The walk: a pass over the files of the set, oldest first. */
	char *dir, *base;		/* base NULL: all sets in dir */
	struct logset_list list;
	size_t next;			/* in list */
	unsigned relisted;		/* times in a row that the list was outdated */
	struct logfile *files;		/* each one met so far, latest first */
	struct logfile *current, *previous;	/* their descriptors are open */

	/* current: its bytes up to end.offset were handed out, tail being the last of them. */
	struct reader reader;
	struct tail tail;
	size_t pending;			/* bytes behind them, at the window's end */
	size_t clean;			/* pending starts with so many that hold no newline */
	bool skipping;			/* in a line that is too long */
	uint64_t skipped;		/* bytes of it, which are in no window any more */
	struct tail skipped_tail;	/* tail, once that line has ended */

	/* Following. */
	struct logwatch watch;
	bool look_around;		/* something but the newest file's content changed */
	int64_t slow_check_ms;		/* monotonic time of the next slow check; 0: not set */
	struct logfile *live;		/* the newest file as far as known, being read or not */
	bool live_renamed;		/* and it was read to its end after that was seen */
	/* The newest file was left for another. Is what follows it all there? */
	struct logfile *left;
	bool left_cut;			/* its content was truncated away, perhaps unread */
	bool left_found;		/* it, or a copy with all that was read, is in the set */
	bool left_unread;		/* there are rotated files that came after it */
	int64_t left_ms;		/* time of the last record that was read of it; 0: unknown */
};

/* read/window_lines.c */

/* Describes the whole lines that wait in the window. Returns whether there are any. */
bool window_lines_take(struct source *s, struct window *w, struct chunk *chunk);
/* Forgets what is pending. */
void window_lines_drop(struct source *s, struct window *w);

/* read/fileset_walk.c */

/* Lists the set anew; the next fileset_walk_next() starts a pass over it. */
must_check int fileset_walk_list(struct source *s, struct error *err);
/* Makes the next file that may hold something new current: 1, 0 if there is none, or an error. */
must_check int fileset_walk_next(struct source *s, struct error *err);
/* The pass is over: the next call of source_next() lists anew. */
void fileset_walk_end(struct source *s);
/* Leaves the current file; for_good: an unfinished line in it will stay so. */
void fileset_walk_leave(struct source *s, struct window *w, bool for_good);

/* read/follow.c */

/* Takes what inotify has to say. */
void follow_hear(struct source *s);
/*
 * Whether there may be an older file to read before the current one: that one
 * held no line yet, so its content may have gone there unread.
 */
bool follow_is_overtaken(struct source *s);
/* Whether the current file's content was replaced under the reader. */
bool follow_is_cut(const struct source *s);
/* Leaves the current file because it was. */
void follow_cut(struct source *s, struct window *w);
/* The current file was read to its end: 1 to go on, 0 to wait. */
must_check int follow_end(struct source *s, struct window *w);
/* path was read up to offset, and the last record before has the time read_ms; 0: unknown. */
void follow_lost(struct source *s, const char *path, uint64_t offset, int64_t read_ms);

/* Notes "path:offset" in a field of the counts if it is the first. */
void source_note(char place[static 256], const char *path, uint64_t offset);

#endif
