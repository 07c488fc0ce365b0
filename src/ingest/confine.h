/*
 * Confinement of a process that reads hostile text: it gives up all rights that it
 * does not need, so that an attacker who takes it over gains little.
 *
 * After confine_enter(), for the rest of the process's life:
 *
 *   no new privileges   set-uid programs and file capabilities add nothing.
 *                       Linux 3.5 and later.
 *   files (Landlock)    open(2) fails with EACCES but for the paths given to
 *                       confine_read() and confine_write(). Linux 5.13 and later, if
 *                       "landlock" is among its LSMs; O_TRUNC and truncate(2) are
 *                       restricted from 6.2 on, device ioctls from 6.10 on. Open
 *                       descriptors stay usable, and stat(2) is not restricted.
 *   capabilities        CAP_DAC_OVERRIDE and CAP_CHOWN are kept if they were there:
 *                       root writes to a trail of another owner, and gives -wal
 *                       and -shm to that owner. All others are dropped.
 *   calls (seccomp)     reading, writing, mapping and waiting, clocks, threads, and
 *                       signals to itself are allowed. The process cannot start a
 *                       process, execute a program, make memory executable, open a
 *                       socket, signal or trace another process, or load a module.
 *                       Linux 3.5 and later with CONFIG_SECCOMP_FILTER.
 *
 * A forbidden call fails with ENOSYS, as on a kernel without it, so that a C library
 * that tries a newer call first falls back on the older one. With EPERM the library
 * would give up, and a killed process would end a follower for an unexpected call of
 * a library. Calls of another architecture (int 0x80), which no library makes, kill
 * the process.
 *
 * To be called while the process has one thread.
 */
#ifndef MODTRAIL_INGEST_CONFINE_H
#define MODTRAIL_INGEST_CONFINE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* The paths that may be opened, in a ruleset of the kernel. */
struct confine {
	int ruleset;		/* -1: there is no Landlock */
	uint64_t handled;	/* LANDLOCK_ACCESS_FS_* that this kernel can restrict */
};

void confine_init(struct confine *c);
void confine_release(struct confine *c);

/*
 * Allows to read the file at path, or everything below the folder at path. A link is
 * followed now, and files that links below the folder point to are not included. A
 * folder that is removed and created again is another one; to read such a folder,
 * name the one above it. A path that does not exist adds nothing.
 */
void confine_read(struct confine *c, const char *path);
/*
 * Allows to read what a source (read/source.h) of this path opens: its folder and the
 * files that its links point to now; nothing for "-". With follow it is the folder
 * above, because the folder may be removed and created again, or may not exist yet.
 * Returns 0, or ERR_NOMEM.
 */
must_check int confine_read_log(struct confine *c, const char *path, bool follow,
				struct error *err);

/* Allows to read, write, create and remove files anywhere below the folder. */
void confine_write(struct confine *c, const char *folder);
/*
 * Allows to write the trail in this folder, and to read what SQLite and error texts
 * need: random numbers and the names of groups.
 */
void confine_write_trail(struct confine *c, const char *folder);

/*
 * Confines this process. Returns 0 if all of the above is in force. Returns 1 if a
 * part of it is not, with the reasons in text; the other parts are in force.
 */
must_check int confine_enter(struct confine *c, struct error *text);

#endif
