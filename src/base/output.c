#include "base/output.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* A pipe that nobody reads, a socket that is closed at the other end, a terminal that was hung up. */
static bool is_unread(FILE *to, int reason)
{
	struct pollfd output = { .fd = fileno(to), .events = POLLOUT };

	return reason == EPIPE || reason == ECONNRESET ||
	       (poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0);
}

static const char *words(int reason, const char *path)
{
	if (reason == 0)	/* what failed before this flush */
		return "a part of it was refused";
	if (reason == EBADF && path == NULL)
		return "standard output is closed, or not open for writing";
	return strerror(reason);
}

int output_flush(FILE *to, const char *path, struct error *err)
{
	bool arrived;
	int reason;

	errno = 0;
	arrived = fflush(to) == 0 && !ferror(to);
	reason = errno;
	if (arrived)
		return 0;
	if (is_unread(to, reason))
		return error_set(err, ERR_UNREAD, "nobody reads the output any more");
	if (path == NULL)
		return error_set(err, ERR_SYSTEM, "cannot write the output: %s", words(reason, path));
	return error_set(err, ERR_SYSTEM, "cannot write '%s': %s", path, words(reason, path));
}
