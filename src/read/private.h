/*
 * The inside of a source, shared by its parts:
 *
 *   read/source.c        opens a source, and reads in one loop
 *   read/fileset_walk.c  finds the next file of the set
 *   read/window_lines.c  cuts the bytes in the window into whole lines
 *   read/follow.c        watches what becomes of the followed file
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
	struct logfile *files;		/* all that were opened so far, latest first */
	struct logfile *current, *previous;	/* their descriptors are open */
	char *awaited;			/* what source_awaited() says */
	char *unread;			/* what source_unread() says; NULL: nothing to say */

	/* The current file: bytes up to end.offset were handed out, tail holds the last of them. */
	struct reader reader;
	struct tail tail;
	size_t pending;			/* bytes behind end.offset, at the window's end */
	size_t clean;			/* how many of the first pending bytes hold no newline */
	bool skipping;			/* inside of a line that is too long */
	uint64_t skipped;		/* bytes of that line that left the window */
	struct tail skipped_tail;	/* becomes tail when that line has ended */
	bool ended;			/* its last line was given the newline that it lacks */

	/* Following. */
	struct logwatch watch;
	bool look_around;		/* the folder changed, not just the newest file's content */
	int64_t slow_check_ms;		/* monotonic time of the next slow check; 0: not set */
	struct logfile *live;		/* the newest file as far as known, current or not */
	bool live_renamed;		/* its name was taken by another file; it is read once more */
	/* The newest file that was left for another: was all that follows it read? */
	struct logfile *left;
	bool met_live;			/* what is rotated from now on may still be open, or be copied */
	bool left_cut;			/* it was truncated, perhaps before it was read to its end */
	bool left_found;		/* it, or a copy with all that was read, is in the set */
	bool left_unread;		/* there are rotated files that came after it */
	int64_t left_ms;		/* time of the last record that was read of it; 0: unknown */
};

/* read/window_lines.c */

/* Describes the whole lines that wait in the window. Returns whether there are any. */
bool window_lines_take(struct source *s, struct window *w, struct chunk *chunk);
/*
 * At the end of a file that will not grow: gives its last line the newline that it
 * lacks, so that window_lines_take() describes it. Returns whether there is one.
 */
bool window_lines_end(struct source *s, struct window *w);
/* Forgets what is pending. */
void window_lines_drop(struct source *s, struct window *w);

/* read/fileset_walk.c */

/* Lists the set anew; the next fileset_walk_next() begins a pass over it. */
must_check int fileset_walk_list(struct source *s, struct error *err);
/* Opens the next file that may hold new lines: 1, 0 if there is none, or an error. */
must_check int fileset_walk_next(struct source *s, struct error *err);
/* Ends the pass: the next call of source_next() lists the set anew. */
void fileset_walk_end(struct source *s);
/* Leaves the current file. for_good: it will not grow, so its unfinished line is counted. */
void fileset_walk_leave(struct source *s, struct window *w, bool for_good);

/* read/follow.c */

/* Reads the events of inotify. */
void follow_hear(struct source *s);
/*
 * May there be an older file to read before the current one? Asked while no whole
 * line of the current file was seen: its former content may have been renamed away.
 */
bool follow_is_overtaken(struct source *s);
/* Was the current file truncated, or its content replaced? */
bool follow_is_cut(const struct source *s);
/* Leaves the current file after follow_is_cut(). */
void follow_cut(struct source *s, struct window *w);
/* Decides what to do at the end of the current file: 1 to go on, 0 to wait. */
must_check int follow_end(struct source *s, struct window *w);
/* Counts a lost file, read up to offset. read_ms: time of its last record; 0: unknown. */
void follow_lost(struct source *s, const char *path, uint64_t offset, int64_t read_ms);

/* Notes the path for source_unread(). */
void source_note_unread(struct source *s, const char *path);

/* Writes "path:offset" to a field of the counts if that is empty. */
void source_note(char place[static 256], const char *path, uint64_t offset);

#endif
