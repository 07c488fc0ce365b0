#include "read/private.h"

#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>

enum whereabouts { IN_PLACE, REPLACED, GONE };

/* Which file has the name of the followed log now? */
static enum whereabouts look_up(const struct source *s)
{
	char path[PATH_MAX];
	struct stat st;

	/* Not seen.path: the file may have been opened under another name. */
	if (snprintf(path, sizeof(path), "%s/%s", s->dir, s->base) >= (int)sizeof(path) ||
	    stat(path, &st) < 0)
		return GONE;
	return same_inode(&st, &s->current->stat) ? IN_PLACE : REPLACED;
}

void follow_hear(struct source *s)
{
	if (s->options.follow && logwatch_drain(&s->watch, s->base))
		s->look_around = true;
}

bool follow_is_overtaken(struct source *s)
{
	if (s->current != s->live || s->current->seen.head != 0)
		return false;
	/* Asked after the read: a copy is made before the truncation, and that before new content. */
	follow_hear(s);
	return s->look_around;
}

bool follow_is_cut(const struct source *s)
{
	const struct logfile *f = s->current;
	struct reader r = { .fd = f->fd, .path = f->seen.path };
	struct stat st;

	if (fstat(f->fd, &st) == 0 && (uint64_t)st.st_size < s->reader.pos)
		return true;
	/* A file that was truncated and has grown again has another first line. */
	return f->seen.head != 0 && logfile_head(&r) != f->seen.head;
}

/* Goes back to the start of a file of which nothing was handed out. */
static void rewind_file(struct source *s, struct window *w)
{
	window_lines_drop(s, w);
	s->reader.pos = 0;
	s->tail.len = 0;
}

void follow_cut(struct source *s, struct window *w)
{
	struct logfile *f = s->current;

	if (f->seen.head == 0) {
		rewind_file(s, w);
		return;
	}
	s->left_ms = tail_time(&s->tail);
	fileset_walk_leave(s, w, false);
	f->stat.st_ino = 0;	/* the content of f is in a copy now, or lost */
	if (s->live == f)
		s->live = NULL;
	s->left = f;
	s->left_cut = true;
	s->left_found = false;
	s->left_unread = false;
	fileset_walk_end(s);
}

/* Leaves the file for one that has taken its name, after reading it to its end. */
static void leave_for_newer(struct source *s, struct window *w)
{
	/* An empty file without a first line could not be found again. */
	s->left = s->current->seen.head != 0 ? s->current : NULL;
	s->left_cut = false;
	s->left_found = false;
	s->left_unread = false;
	s->left_ms = tail_time(&s->tail);
	s->live = NULL;
	fileset_walk_leave(s, w, true);
	fileset_walk_end(s);
}

/*
 * Watches the folder anew, which may have been removed and created again: the old
 * watch then reports nothing. Watch before looking, so that no change goes unseen.
 */
static enum whereabouts look_up_anew(struct source *s)
{
	enum whereabouts at = look_up(s);

	if (at != GONE || !s->look_around)
		return at;
	logwatch_aim(&s->watch, s->dir);
	follow_hear(s);		/* drops the events of the old watch; look_around is set anyway */
	return look_up(s);
}

int follow_end(struct source *s, struct window *w)
{
	struct logfile *f = s->current;

	if (f != s->live) {
		fileset_walk_leave(s, w, true);
		return 1;
	}
	switch (look_up_anew(s)) {
	case IN_PLACE:
		s->live_renamed = false;
		if (!s->look_around)
			break;
		fileset_walk_leave(s, w, false);
		fileset_walk_end(s);
		return 1;
	case REPLACED:
		if (s->live_renamed)
			leave_for_newer(s, w);
		s->live_renamed = true;
		return 1;
	case GONE:	/* its writer may still have it open, too */
		break;
	}
	/* Without a whole first line a file cannot be told from one that replaces it. */
	if (f->seen.head == 0)
		rewind_file(s, w);
	return 0;
}

void follow_lost(struct source *s, const char *path, uint64_t offset, int64_t read_ms)
{
	s->counts.rotations_lost++;
	s->counts.latest_rotation_lost[0] = '\0';
	source_note(s->counts.latest_rotation_lost, path, offset);
	s->counts.rotation_lost_ms = read_ms;
}

int source_wait(struct source *s, int timeout_ms, struct error *err)
{
	struct pollfd p = { .fd = s->watch.fd, .events = POLLIN };
	int64_t now = clock_ms(CLOCK_MONOTONIC), left;
	struct timespec t;
	sigset_t none;
	int rc;

	if (s->slow_check_ms == 0)
		s->slow_check_ms = now + LOGWATCH_SLOW_CHECK_MS;
	left = MAX(s->slow_check_ms - now, 0);
	if (timeout_ms >= 0)
		left = MIN(left, timeout_ms);
	t = (struct timespec){ left / 1000, left % 1000 * 1000000 };
	sigemptyset(&none);
	rc = ppoll(&p, 1, &t, &none);
	if (rc < 0 && errno == EINTR)
		return error_set(err, ERR_INTERRUPTED, "interrupted");
	if (rc < 0)
		return error_set(err, ERR_SYSTEM, "cannot wait for the log to grow");
	if (clock_ms(CLOCK_MONOTONIC) < s->slow_check_ms)
		return rc;
	s->slow_check_ms = 0;
	s->look_around = true;
	return 1;
}
