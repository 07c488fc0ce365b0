/*
 * The text of a rule file. What is named may be a pipe, a terminal or a device:
 * it must end, soon, and be no longer than rules ever are.
 */
#include "rules/private.h"

#include "base/clock.h"
#include "base/error_access.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

#define WRITER_MS 3000	/* for somebody who opens a named pipe to write to it */
#define END_MS 60000	/* for whoever writes to be done */

struct input {
	int fd;
	const char *path;
	int64_t began_ms;
	bool pipe;
};

static int has_not_ended(const struct input *in, struct error *err)
{
	return error_set(err, ERR_INPUT, "cannot read '%s': it has not ended within %d s: name a rule file, or "
			 "write all of it first", in->path, END_MS / 1000);
}

/*
 * Waits until there is something to read. A pipe is at its end once its writers
 * are gone; without an event it has none yet. A terminal has all the time that
 * somebody needs for typing.
 */
static int wait_for_more(const struct input *in, bool written, struct error *err)
{
	int64_t limit = written ? END_MS : WRITER_MS;
	int64_t left = in->began_ms + limit - clock_ms(CLOCK_MONOTONIC);
	struct pollfd ready = { .fd = in->fd, .events = POLLIN };

	if (poll(&ready, 1, isatty(in->fd) ? -1 : (int)MAX(left, 0)) != 0)
		return 0;
	if (written)
		return has_not_ended(in, err);
	return error_set(err, ERR_INPUT, "cannot read '%s': nobody writes to this pipe: name a rule file, or "
			 "start what writes to it first", in->path);
}

static bool has_event(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	return poll(&ready, 1, 0) != 0;
}

/* Reads up to len bytes, and waits for the first. Returns how many; 0: the end. */
static ssize_t read_some(const struct input *in, char *to, size_t len, struct error *err)
{
	for (;;) {
		ssize_t n = read(in->fd, to, len);
		int rc;

		if (n > 0 || (n == 0 && (!in->pipe || has_event(in->fd))))
			return n;
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return error_set(err, ERR_INPUT, "cannot read '%s': %s", in->path, strerror(errno));
		if ((rc = wait_for_more(in, n < 0, err)) < 0)
			return rc;
	}
}

static size_t count_lines(const char *text, size_t len)
{
	size_t lines = 0;

	for (size_t i = 0; i < len; i++)
		lines += text[i] == '\n';
	return lines;
}

int rules_too_long(const char *path, struct error *err)
{
	return error_set(err, ERR_INPUT, "'%s' has more than %d lines or %d MiB, and is not taken for rules: name a "
			 "file as auditctl -R reads it, or a folder of such files", path,
			 RULES_LINES_MAX, RULES_BYTES_MAX >> 20);
}

static int read_all(const struct input *in, char *text, size_t *len, struct error *err)
{
	size_t lines = 0;
	ssize_t n;

	while ((n = read_some(in, text + *len, RULES_BYTES_MAX + 1 - *len, err)) > 0) {
		lines += count_lines(text + *len, (size_t)n);
		*len += (size_t)n;
		if (*len > RULES_BYTES_MAX || lines > RULES_LINES_MAX)
			return rules_too_long(in->path, err);
		if (in->pipe && clock_ms(CLOCK_MONOTONIC) - in->began_ms > END_MS)
			return has_not_ended(in, err);
	}
	return (int)n;
}

int rules_read_file(char **out, size_t *len, const char *path, struct error *err)
{
	/* Without O_NONBLOCK a named pipe is not even opened before it has a writer. */
	AUTO(closep) int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	AUTO(freep) char *text = malloc(RULES_BYTES_MAX + 1);
	struct input in = { fd, path, clock_ms(CLOCK_MONOTONIC), false };
	struct stat st;
	int rc;

	if (fd < 0)
		return error_access(err, ERR_INPUT, "read", path, errno);
	if (text == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	in.pipe = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
	*len = 0;
	if ((rc = read_all(&in, text, len, err)) < 0)
		return rc;
	*out = text;
	text = NULL;
	return 0;
}
