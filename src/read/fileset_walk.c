#include "read/private.h"

#include "base/error_access.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* How many checkpoints are tried for one file: of this source, and in all. */
#define CANDIDATES_OWN 8
#define CANDIDATES 64
/* Ends the listing on file systems whose inode numbers change all the time. */
#define RELIST_MAX 8
/* Returned by consider(): the name now belongs to another file than the one listed. */
#define OUTDATED 2

static bool is_newest(const struct source *s, const struct logset_entry *e)
{
	return s->base != NULL && strcmp(e->name, s->base) == 0;
}

static bool is_followed(const struct source *s, const struct logset_entry *e)
{
	return s->options.follow && is_newest(s, e);
}

int fileset_walk_list(struct source *s, struct error *err)
{
	struct logset set = { s->dir, s->base };

	/* Watch before listing, so that no change goes unseen between the two. */
	if (s->options.follow)
		logwatch_aim(&s->watch, s->dir);
	s->look_around = false;
	logset_release(&s->list);
	s->next = 0;
	return logset_list(&set, &s->list, err);
}

void fileset_walk_end(struct source *s)
{
	s->next = s->list.len;
}

/* The file of this entry, if it has not changed since it was left. */
static struct logfile *find_settled(const struct source *s, const struct logset_entry *e)
{
	for (struct logfile *f = s->files; f != NULL; f = f->older) {
		/* What cannot even be looked at has no number. */
		if (f->failed && e->stat.st_ino == 0 && f->stat.st_ino == 0 &&
		    strcmp(f->seen.path, e->path) == 0)
			return f;
		if (!same_inode(&f->stat, &e->stat))
			continue;
		/* A file that could not be opened is tried again after a change of its rights. */
		if (f->failed && f->stat.st_mode == e->stat.st_mode &&
		    f->stat.st_uid == e->stat.st_uid && f->stat.st_gid == e->stat.st_gid)
			return f;
		if (!f->failed && f->stat.st_size == e->stat.st_size &&
		    f->stat.st_mtim.tv_sec == e->stat.st_mtim.tv_sec &&
		    f->stat.st_mtim.tv_nsec == e->stat.st_mtim.tv_nsec)
			return f;
	}
	return NULL;
}

/* The file that was opened before with this inode, and not one that got its number later. */
static struct logfile *find_same(const struct source *s, const char *path, const struct stat *st,
				 uint64_t head)
{
	for (struct logfile *f = s->files; f != NULL; f = f->older) {
		bool same = f->seen.head != 0 ? f->seen.head == head
					      : strcmp(f->seen.path, path) == 0;

		if (same && !f->failed && same_inode(&f->stat, st))
			return f;
	}
	return NULL;
}

/*
 * Did the set change after it was listed? Asked when the newest file was opened and
 * is not the one expected: the expected content may be in an older file by now.
 */
static bool is_overtaken(struct source *s, const struct logfile *same)
{
	if ((same != NULL && same == s->live) || s->relisted >= RELIST_MAX)
		return false;
	follow_hear(s);
	return s->look_around;
}

static int remember_failed(struct source *s, const struct logset_entry *e, struct error *err)
{
	struct logfile *f = logfile_new(e->path, -1, &e->stat);

	if (f == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	f->failed = true;
	f->older = s->files;
	s->files = f;
	source_note_unread(s, e->path);
	return ERR_INPUT;
}

/*
 * Is this a copy that copytruncate is still writing? A copy that is shorter than
 * what was read of the same log holds nothing new.
 */
static bool is_partial_copy(const struct source *s, const struct stat *st, uint64_t head,
			    const struct reader *r, uint64_t start)
{
	if (head == 0 || start > 0)
		return false;
	for (const struct logfile *f = s->files; f != NULL; f = f->older)
		if (f->seen.head == head && r->unpacker == NULL &&
		    (uint64_t)st->st_size < f->end.offset)
			return true;
	return false;
}

/* Finds the offset to begin at: *start, with s->tail before it. */
static int find_start(struct source *s, struct reader *r, const struct logfile *same,
		      uint64_t head, uint64_t *start, struct error *err)
{
	struct checkpoint cps[CANDIDATES];
	size_t n = 0;
	int rc;

	for (const struct logfile *f = s->files; f != NULL && n < CANDIDATES_OWN; f = f->older)
		if (head != 0 && f->seen.head == head)
			cps[n++] = f->end;
	/* For a file that this source has begun its own checkpoint is enough. */
	if (same != NULL && n > 0) {
		rc = logfile_resume(r, cps, n, start, &s->tail, err);
		if (rc < 0 || *start > 0)
			return rc;
	}
	if (head != 0 && s->options.lookup != NULL) {
		rc = s->options.lookup(s->options.arg, s->options.host, head, cps + n,
				       ARRAY_SIZE(cps) - n, err);
		if (rc < 0)
			return rc;
		assert((size_t)rc <= ARRAY_SIZE(cps) - n);
		n += (size_t)rc;
	}
	return logfile_resume(r, cps, n, start, &s->tail, err);
}

/* Returns the struct for the file to be read from start: that of before, or a new one. */
static struct logfile *take_file(struct source *s, struct logfile *same, const char *path, int fd,
				 const struct stat *st, uint64_t start)
{
	struct logfile *f;

	if (same != NULL && same->end.offset == start) {
		if (same->fd >= 0)
			close(same->fd);
		same->fd = fd;
		if (same->tail_bytes > 0) {
			s->counts.tails--;
			s->counts.tail_bytes -= same->tail_bytes;
			same->tail_bytes = 0;
		}
		same->stat = *st;
		return same;
	}
	f = logfile_new(path, fd, st);
	if (f == NULL)
		return NULL;
	f->older = s->files;
	s->files = f;
	s->counts.files++;
	return f;
}

/* Notes what the opened file tells about the one that was followed before. */
static void compare_with_left(struct source *s, bool expected, uint64_t head, uint64_t start)
{
	const struct logfile *left = s->left;

	if (left == NULL)
		return;
	if (head != 0 && head == left->seen.head && (!s->left_cut || start >= left->end.offset))
		s->left_found = true;
	else if (!expected)
		s->left_unread = true;
}

/* False for an empty file, and for one that cannot be read. */
static bool begins_with_record(const char *path)
{
	AUTO(closep) int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct reader r;
	char start[5];
	ssize_t len;

	if (fd < 0 || reader_open(&r, fd, path, false, NULL) < 0)
		return false;
	len = reader_read(&r, start, sizeof(start), NULL);
	reader_close(&r);
	return len == sizeof(start) &&
	       (memcmp(start, "type=", sizeof(start)) == 0 || memcmp(start, "node=", sizeof(start)) == 0);
}

/*
 * Is a last line without newline whole? Not if its file is the newest, or was a moment ago;
 * nor if the next file of the set goes on in the middle of a record, as
 * copytruncate leaves it, or is empty, so that its writer has not come to it yet.
 */
static bool is_done(const struct source *s, const struct logset_entry *e, bool compressed)
{
	const struct logset_entry *next = &s->list.entries[s->next];

	if (!compressed && (e->age == LOG_NEWEST || s->met_live))
		return false;
	if (s->next == s->list.len || next->base_len != e->base_len ||
	    memcmp(next->name, e->name, e->base_len) != 0)
		return true;
	return begins_with_record(next->path);
}

/* As consider(). Takes *fd if the file becomes the current one. */
static int begin(struct source *s, const struct logset_entry *e, int *fd, const struct stat *st,
		 struct error *err)
{
	bool followed = is_followed(s, e);
	struct logfile *same, *f;
	struct reader r;
	uint64_t head, start;
	int rc = reader_open(&r, *fd, e->path, false, err);

	if (rc < 0)
		return rc == ERR_INPUT ? remember_failed(s, e, err) : rc;
	head = logfile_head(&r);
	same = find_same(s, e->path, st, head);
	if (followed && is_overtaken(s, same)) {
		reader_close(&r);
		return OUTDATED;
	}
	if (s->live != NULL && !followed && s->live != same && head != 0 &&
	    head == s->live->seen.head) {
		reader_close(&r);
		return 0;
	}
	rc = find_start(s, &r, same, head, &start, err);
	if (rc < 0 || (s->options.follow && !followed && is_partial_copy(s, st, head, &r, start))) {
		reader_close(&r);
		return rc < 0 && rc == ERR_INPUT ? remember_failed(s, e, err) : rc;
	}
	f = take_file(s, same, e->path, *fd, st, start);
	if (f == NULL) {
		reader_close(&r);
		return error_set(err, ERR_NOMEM, "out of memory");
	}
	*fd = -1;
	compare_with_left(s, f == same || is_newest(s, e), head, start);
	if (f != same)
		f->seen.start = start;
	f->seen.head = head;
	f->seen.compressed = r.unpacker != NULL;
	f->done = is_done(s, e, f->seen.compressed);
	s->met_live |= followed;
	f->end = (struct checkpoint){ head, start, tail_hash(&s->tail) };
	r.path = f->seen.path;
	s->reader = r;
	s->current = f;
	s->ended = false;
	s->relisted = 0;
	s->live_renamed = false;
	/* The live file was replaced after the set was listed: list again to find it. */
	if (followed && s->live != NULL && s->live != f)
		s->look_around = true;
	if (followed || s->live == f)
		s->live = followed ? f : NULL;
	return 1;
}

/* 0, or ERR_INPUT for what can be told without opening it. */
static int is_no_log(const struct logset_entry *e, struct error *err)
{
	if (e->stat.st_ino != 0 && !S_ISREG(e->stat.st_mode))
		return error_set(err, ERR_INPUT, "cannot read '%s': it is %s, and no file", e->path,
				 S_ISDIR(e->stat.st_mode) ? "a folder" : "a pipe, socket or device");
	if (e->foreign && !e->twin)
		return error_set(err, ERR_INPUT, "cannot unpack '%s': its compression is none of gzip, "
				 "bzip2, xz and zstd, so unpack it first", e->path);
	return 0;
}

/* Returns 1 if the file became current, 0 if it holds nothing new, OUTDATED, or an error. */
static int consider(struct source *s, const struct logset_entry *e, struct error *err)
{
	const struct logfile *settled = find_settled(s, e);
	AUTO(closep) int fd = -1;
	struct stat st;
	int rc;

	if (settled != NULL && settled == s->left)
		s->left_found = true;
	if (settled != NULL && (settled->failed || !is_followed(s, e)))
		return 0;
	if (settled == NULL && (rc = is_no_log(e, err)) < 0)
		return remember_failed(s, e, err);
	/* A compressed twin is complete only when the other file is gone. */
	if (e->twin && (s->options.follow || e->foreign))
		return 0;
	fd = open(e->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 && (errno == ENOENT || errno == ESTALE))
		return OUTDATED;
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_access(err, ERR_INPUT, "open", e->path, errno);
		return remember_failed(s, e, err);
	}
	if (s->relisted < RELIST_MAX && !same_inode(&st, &e->stat))
		return OUTDATED;
	if (!S_ISREG(st.st_mode))
		return 0;
	return begin(s, e, &fd, &st, err);
}

/* Is the file in the list under another name, or compressed? Then it is not lost. */
static bool is_listed(const struct source *s, const char *path, const struct stat *st)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < s->list.len; i++) {
		const struct logset_entry *e = &s->list.entries[i];

		if (same_inode(&e->stat, st) ||
		    (e->packed && strncmp(e->path, path, len) == 0 && e->path[len] == '.'))
			return true;
	}
	return false;
}

static bool was_met(const struct source *s, const struct stat *st)
{
	for (const struct logfile *f = s->files; f != NULL; f = f->older)
		if (same_inode(&f->stat, st))
			return true;
	return false;
}

/* Lists the set anew, because the file of e was renamed or removed. */
static int list_again(struct source *s, const struct logset_entry *e, struct error *err)
{
	AUTO(freep) char *path = strdup(e->path);
	struct stat st = e->stat;
	int rc;

	if (path == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	s->relisted++;
	if ((rc = fileset_walk_list(s, err)) < 0 || is_listed(s, path, &st) || was_met(s, &st))
		return rc;
	if (!s->options.follow) {
		source_note_unread(s, path);
		return error_set(err, ERR_INPUT, "'%s' vanished before it was read", path);
	}
	follow_lost(s, path, 0, tail_time(&s->tail));
	return 0;
}

/* At the end of a pass: was the file that was left read without a gap to those that are there? */
static void check_left(struct source *s)
{
	const struct logfile *left = s->left;

	s->left = NULL;
	if (left != NULL && !s->left_found && (s->left_cut || s->left_unread))
		follow_lost(s, left->seen.path, left->end.offset, s->left_ms);
}

int fileset_walk_next(struct source *s, struct error *err)
{
	while (s->next < s->list.len) {
		const struct logset_entry *e = &s->list.entries[s->next++];
		int rc = consider(s, e, err);

		if (rc == OUTDATED && (rc = list_again(s, e, err)) == 0)
			continue;
		if (rc == 1 && s->current == s->live)
			check_left(s);
		if (rc != 0)
			return rc;
	}
	check_left(s);
	return 0;
}

/* Keeps two descriptors open: of the current file, and of the previous one for checkpoints. */
static void retire(struct source *s, struct logfile *f)
{
	struct logfile *oldest = s->previous;

	if (oldest != NULL && oldest != f && oldest->fd >= 0 && oldest->fd != STDIN_FILENO) {
		close(oldest->fd);
		oldest->fd = -1;
	}
	s->previous = f;
}

void fileset_walk_leave(struct source *s, struct window *w, bool for_good)
{
	struct logfile *f = s->current;
	uint64_t read = for_good ? s->reader.pos : f->end.offset;

	if (for_good && s->pending > 0 && !s->skipping) {
		f->tail_bytes = s->pending;
		s->counts.tails++;
		s->counts.tail_bytes += s->pending;
		source_note(s->counts.first_tail, f->seen.path, f->end.offset);
	}
	if (for_good && f->end.offset == 0 && s->pending == 0 && !s->skipping && !s->ended)
		s->counts.empty++;
	window_lines_drop(s, w);
	f->end.tail = tail_hash(&s->tail);
	if (fstat(f->fd, &f->stat) == 0 && !f->seen.compressed)
		f->stat.st_size = (off_t)read;
	reader_close(&s->reader);
	s->current = NULL;
	retire(s, f);
}
