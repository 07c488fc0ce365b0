#include "selftest/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define STEP_MS 50

static bool lock(int fd, int wait_ms)
{
	static const struct timespec step = { .tv_nsec = STEP_MS * 1000000L };

	for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; waited += STEP_MS) {
		if (errno != EWOULDBLOCK || waited >= wait_ms)
			return false;
		nanosleep(&step, NULL);
	}
	return true;
}

/* A line that says anything else than we write is no reason to unload a module. */
static void read_left(int fd, struct lockfile *left)
{
	char line[256];
	ssize_t len = pread(fd, line, sizeof(line) - 1, 0);
	int end = 0;

	*left = (struct lockfile){ .pid = 0 };
	if (len <= 0)
		return;
	line[len] = '\0';
	if (sscanf(line, "run=%16[0-9a-f] module=%55[A-Za-z0-9_] pid=%" SCNd64 "%n", left->run,
		   left->module, &left->pid, &end) != 3 || line[end] != '\n')
		*left = (struct lockfile){ .pid = 0 };
}

int lockfile_open(const char *folder, int wait_ms, struct lockfile *left, struct error *err)
{
	char path[PATH_MAX];
	int fd;

	if (mkdir(folder, 0700) < 0 && errno != EEXIST)
		return error_set(err, ERR_SYSTEM, "cannot make '%s': %s", folder, strerror(errno));
	if (snprintf(path, sizeof(path), "%s/selftest", folder) >= (int)sizeof(path))
		return error_set(err, ERR_SYSTEM, "cannot open '%s/selftest': too long", folder);
	/* Not O_CLOEXEC: see above. */
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_set(err, ERR_SYSTEM, "cannot open '%s': %s", path, strerror(errno));
	if (!lock(fd, wait_ms)) {
		close(fd);
		return error_set(err, ERR_SYSTEM, "another self-test is running: wait for its end");
	}
	read_left(fd, left);
	return fd;
}

int lockfile_note(int fd, const struct lockfile *left, struct error *err)
{
	char line[256];
	int len = snprintf(line, sizeof(line), "run=%s module=%s pid=%" PRId64 "\n", left->run,
			   left->module, left->pid);

	if (ftruncate(fd, 0) < 0 || pwrite(fd, line, (size_t)len, 0) != len)
		return error_set(err, ERR_SYSTEM, "cannot note what has to be cleaned up, so "
				 "nothing is loaded: %s", strerror(errno));
	return 0;
}

int lockfile_clear(int fd, struct error *err)
{
	if (ftruncate(fd, 0) < 0)
		return error_set(err, ERR_SYSTEM, "cannot clear the note of what was loaded: %s",
				 strerror(errno));
	return 0;
}
