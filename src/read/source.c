#include "read/private.h"

#include "base/error_access.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Bytes per read: large enough to need few calls, small enough for the processor's cache. */
#define READ_MAX ((size_t)1 << 18)
_Static_assert(READ_MAX + WINDOW_LINE_MAX <= SOURCE_CHUNK_MAX, "a read and a line before it");
#define FOLLOWED_IN_FOLDER "audit.log"

static void source_closep(struct source **s)
{
	source_close(*s);
}

void source_note(char place[static 256], const char *path, uint64_t offset)
{
	/* Of a long path keep the end, and always the offset. */
	size_t len = strlen(path), cut = len > 230 ? len - 230 : 0;

	if (place[0] == '\0')
		snprintf(place, 256, "%s:%llu", path + cut, (unsigned long long)offset);
}

void source_note_unread(struct source *s, const char *path)
{
	free(s->unread);
	s->unread = strdup(path);
}

const char *source_unread(const struct source *s)
{
	return s->unread != NULL ? s->unread : s->options.path;
}

const char *source_awaited(const struct source *s)
{
	return s->awaited;
}

static int open_stdin(struct source *s, struct error *err)
{
	struct logfile *f = logfile_new("-", STDIN_FILENO, &(struct stat){ 0 });

	if (f == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	s->options.follow = false;
	f->done = true;
	s->files = f;
	s->current = f;
	s->counts.files = 1;
	return reader_open(&s->reader, STDIN_FILENO, f->seen.path, true, err);
}

/* Splits path into s->dir and s->base. */
static int set_file(struct source *s, const char *path, struct error *err)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		s->dir = strdup(".");
	else
		s->dir = slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
	s->base = strdup(slash == NULL ? path : slash + 1);
	if (s->dir == NULL || s->base == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	return 0;
}

static int set_folder(struct source *s, const char *path, struct error *err)
{
	s->dir = strdup(path);
	s->base = s->options.follow ? strdup(FOLLOWED_IN_FOLDER) : NULL;
	if (s->dir == NULL || (s->options.follow && s->base == NULL))
		return error_set(err, ERR_NOMEM, "out of memory");
	return 0;
}

/* A log behind a link has its rotations beside it, not beside the link. */
static int set_file_behind_links(struct source *s, const char *path, struct error *err)
{
	AUTO(freep) char *target = NULL;
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		target = realpath(path, NULL);
	return set_file(s, target != NULL ? target : path, err);
}

static int check_readable(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return error_access(err, ERR_INPUT, "open", path, errno);
	close(fd);
	return 0;
}

static int check_file(const char *path, const struct stat *st, struct error *err)
{
	if (S_ISREG(st->st_mode))
		return 0;
	return error_set(err, ERR_INPUT, "'%s' is neither a file nor a folder: "
			 "a pipe can be read as '-', standard input", path);
}

/* A follower would wait for ever for a log that it may not read. It does for one that is not there yet. */
static int check_followed(struct source *s, struct error *err)
{
	AUTO(closep) int fd = -1;
	struct stat st;

	if (strcmp(s->dir, s->options.path) != 0)
		s->awaited = strdup(s->options.path);
	else if (asprintf(&s->awaited, "%s/%s", s->dir, s->base) < 0)
		s->awaited = NULL;
	if (s->awaited == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (stat(s->awaited, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return error_set(err, ERR_INPUT, "'%s' is a folder, and no file", s->awaited);
		if (check_file(s->awaited, &st, err) < 0)
			return ERR_INPUT;
		fd = open(s->awaited, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	}
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR)
		return error_access_log(err, ERR_INPUT, s->awaited, errno);
	if (fd >= 0) {
		free(s->awaited);
		s->awaited = NULL;
	}
	return 0;
}

static int find_input(struct source *s, struct error *err)
{
	const char *path = s->options.path;
	size_t len = strlen(path);
	struct stat st;
	int rc;

	if (stat(path, &st) < 0) {
		if (!s->options.follow)
			return error_access(err, ERR_INPUT, "open", path, errno);
		if ((errno != ENOENT && errno != ENOTDIR) || len == 0)
			return error_access_log(err, ERR_INPUT, path, errno);
		return path[len - 1] == '/' ? set_folder(s, path, err) : set_file(s, path, err);
	}
	if (S_ISDIR(st.st_mode))
		return set_folder(s, path, err);
	if ((rc = check_file(path, &st, err)) < 0)
		return rc;
	if (!s->options.follow && (rc = check_readable(path, err)) < 0)
		return rc;
	return set_file_behind_links(s, path, err);
}

int source_open(struct source **out, const struct source_options *options, struct error *err)
{
	AUTO(source_closep) struct source *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	s->options = *options;
	s->watch.fd = -1;
	s->reader.fd = -1;
	if (strcmp(options->path, "-") == 0) {
		rc = open_stdin(s, err);
	} else {
		rc = find_input(s, err);
		if (rc == 0 && s->options.follow && (rc = check_followed(s, err)) == 0)
			logwatch_open(&s->watch);
		if (rc == 0)
			rc = fileset_walk_list(s, err);
		if (rc == 0 && s->list.len == 0 && !s->options.follow)
			rc = error_set(err, ERR_INPUT, "no audit logs in '%s': "
				       "expected audit.log, audit.log.1 ...", options->path);
	}
	if (rc < 0)
		return rc;
	*out = s;
	s = NULL;
	return 0;
}

void source_close(struct source *s)
{
	if (s == NULL)
		return;
	reader_close(&s->reader);
	logwatch_close(&s->watch);
	logset_release(&s->list);
	while (s->files != NULL) {
		struct logfile *f = s->files;

		s->files = f->older;
		if (f->fd == STDIN_FILENO)
			f->fd = -1;	/* not ours to close */
		logfile_free(f);
	}
	free(s->unread);
	free(s->awaited);
	free(s->dir);
	free(s->base);
	free(s);
}

/* A path that did not exist, and was taken for a file, may have become a folder. */
static int check_for_folder(struct source *s, struct error *err)
{
	struct stat st;

	if (stat(s->options.path, &st) < 0 || !S_ISDIR(st.st_mode) || s->files != NULL ||
	    strcmp(s->dir, s->options.path) == 0)
		return 0;
	free(s->dir);
	free(s->base);
	return set_folder(s, s->options.path, err);
}

/* With follow, a new pass begins when one is over: there may be new files. */
static int next_file(struct source *s, struct error *err)
{
	int rc;

	if (s->options.follow && s->next == s->list.len)
		if ((rc = check_for_folder(s, err)) < 0 || (rc = fileset_walk_list(s, err)) < 0)
			return rc;
	return fileset_walk_next(s, err);
}

/* Returns 1 if there is more to look at, 0 at the file's end, or an error. */
static int read_more(struct source *s, struct window *w, struct error *err)
{
	char *at;
	size_t room = window_room(w, window_end(w) - s->pending, &at);
	size_t len = MIN(room, READ_MAX);
	ssize_t n = s->options.follow ? reader_read(&s->reader, at, len, err)
				      : reader_read_on(&s->reader, at, len, room, err);

	if (n < 0)
		return (int)n;
	/* Asked after the read: bytes that were read before a truncation are valid. */
	if (s->options.follow && !s->current->seen.compressed && follow_is_cut(s)) {
		follow_cut(s, w);
		return 1;
	}
	if (s->options.follow && n > 0 && follow_is_overtaken(s)) {
		fileset_walk_leave(s, w, false);
		fileset_walk_end(s);
		return 1;
	}
	window_grow(w, (size_t)n, s->reader.newlines);
	s->pending += (size_t)n;
	return n > 0;
}

static int at_end(struct source *s, struct window *w)
{
	if (s->current->done && window_lines_end(s, w))
		return 1;
	if (s->options.follow)
		return follow_end(s, w);
	fileset_walk_leave(s, w, true);
	return 1;
}

int source_next(struct source *s, struct window *w, struct chunk *chunk, struct error *err)
{
	int rc;

	/* Before reading, so that later events lead to another read. */
	follow_hear(s);
	for (;;) {
		if (s->current == NULL && (rc = next_file(s, err)) <= 0)
			return rc;
		if (window_lines_take(s, w, chunk))
			return 1;
		rc = s->ended ? 0 : read_more(s, w, err);
		if (rc == ERR_INPUT) {
			source_note_unread(s, s->current->seen.path);
			fileset_walk_leave(s, w, true);
		}
		if (rc == 0)
			rc = at_end(s, w);
		if (rc <= 0)
			return rc;
	}
}

bool source_is_silent(const struct source *s)
{
	return s->reader.stream && reader_is_silent(&s->reader, SOURCE_SILENCE_MS);
}

int source_checkpoint(struct source *s, const struct source_file *file, uint64_t offset,
		      struct checkpoint *cp)
{
	const struct logfile *f = s->files;

	while (f != NULL && &f->seen != file)
		f = f->older;
	if (f == NULL || f->seen.head == 0 || f->fd == STDIN_FILENO)
		return 0;
	offset = MIN(offset, f->end.offset);	/* not behind a last line without newline */
	/* Known since it was read, even if the file is compressed or gone by now. */
	if (f != s->current && offset == f->end.offset) {
		*cp = f->end;
		return 1;
	}
	if (f->seen.compressed || f->stat.st_ino == 0)
		return 0;
	return logfile_checkpoint(f, offset, cp);
}

const struct source_counts *source_counts(const struct source *s)
{
	return &s->counts;
}

int64_t source_remaining(const struct source *s)
{
	uint64_t bytes = 0;

	if (s->reader.stream)
		return -1;
	if (s->current != NULL)
		bytes += reader_remaining(&s->reader) + s->pending;
	for (size_t i = s->next; i < s->list.len; i++)
		bytes += (uint64_t)s->list.entries[i].stat.st_size;
	return (int64_t)bytes;
}
