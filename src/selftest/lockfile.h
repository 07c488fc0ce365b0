/*
 * What a self-test must undo even if it was killed: which module it is about to
 * load. A file in /run, which is empty after a boot, as is the kernel.
 *
 * The file is also the lock that keeps two self-tests apart. Children inherit
 * it, across exec: so it is not free before the last tool of a killed
 * self-test has ended, and what that tool did can be seen.
 */
#ifndef MODTRAIL_SELFTEST_LOCKFILE_H
#define MODTRAIL_SELFTEST_LOCKFILE_H

#include "base/error.h"
#include "model/selftest_run.h"
#include "selftest/kmod_modules.h"

#include <sys/types.h>

#define LOCKFILE_FOLDER "/run/modtrail"
#define LOCKFILE_WAIT_MS 3000

struct lockfile {
	char run[RUN_ID];			/* "": nothing is left */
	char module[MODULE_NAME_MAX];	/* that was not loaded before that run */
	int64_t pid;			/* of that run */
};

/*
 * Takes the lock, making the folder (0700) if need be, and reads what a killed
 * run left. Returns a file descriptor that holds the lock, or ERR_SYSTEM: also
 * if another self-test is still running after wait_ms.
 */
must_check int lockfile_open(const char *folder, int wait_ms, struct lockfile *left,
			     struct error *err);

/* To be called before the first load. What is loaded by now is somebody else's. */
must_check int lockfile_note(int fd, const struct lockfile *left, struct error *err);

/* Nothing is left. The lock is kept. */
must_check int lockfile_clear(int fd, struct error *err);

#endif
