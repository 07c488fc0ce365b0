/*
 * A process that has opened what it needs gives up what it does not need: it
 * reads hostile text, and whoever found a way into it is to find little there.
 *
 * After confine_enter(), for the rest of the process's life:
 *
 *   no new privileges   set-uid programs and file capabilities add nothing
 *                       (every kernel that audit modules are met on)
 *   files (Landlock)    only what confine_read() and confine_write() named can be
 *                       opened; elsewhere EACCES. Linux 5.13 and later, if
 *                       "landlock" is among its LSMs; O_TRUNC and truncate(2) are
 *                       held from 6.2 on, device ioctls from 6.10 on. What is open
 *                       already stays open, and stat(2) sees everything.
 *   capabilities        CAP_DAC_OVERRIDE and CAP_CHOWN stay if they were there:
 *                       root writes to a trail of another owner, and leaves -wal
 *                       and -shm to that owner. Every other one is gone.
 *   calls (seccomp)     reading, writing, mapping and waiting, with clocks and
 *                       signals to itself, and threads are left; no process can be
 *                       started, no program executed, no memory made executable,
 *                       no socket made, nobody else be signalled or traced, no
 *                       module loaded. Linux 3.5 and later with CONFIG_SECCOMP_FILTER.
 *
 * A call that is not left fails with ENOSYS, as on a kernel without it, so that
 * a C library which tries a newer call first falls back on the one it has: with
 * EPERM it would give up, and killing the process would make a follower's
 * failure of what is a surprise in a library. Calls of another architecture
 * (int 0x80) end the process: no library makes them.
 *
 * To be called while the process has one thread.
 */
#ifndef MODTRAIL_INGEST_CONFINE_H
#define MODTRAIL_INGEST_CONFINE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* What may be opened; kept by the kernel, behind a descriptor. */
struct confine {
	int ruleset;		/* -1: there is no Landlock */
	uint64_t handled;	/* LANDLOCK_ACCESS_FS_* that this kernel can hold */
};

void confine_init(struct confine *c);
void confine_release(struct confine *c);

/*
 * The file at path, or the folder with everything below it, may be read. Links
 * are followed, now: what lies behind another link below it is elsewhere. A folder that
 * is removed and made anew is another one; whoever waits for that names the folder above.
 * A path that does not exist adds nothing.
 */
void confine_read(struct confine *c, const char *path);
/*
 * What a source (read/source.h) of this path opens may be read: its folder, and
 * the files that its links point to now; for "-" there is nothing to open. With
 * follow it is the folder above, because the folder may be removed and made anew,
 * or does not exist yet. Returns 0, or ERR_NOMEM.
 */
must_check int confine_read_log(struct confine *c, const char *path, bool follow,
				struct error *err);

/* Files directly or deeper in this folder may be read, written, made and removed. */
void confine_write(struct confine *c, const char *folder);
/*
 * The trail in this folder may be written, and what SQLite and the texts of errors
 * need may be read: random numbers, and the names of groups.
 */
void confine_write_trail(struct confine *c, const char *folder);

/*
 * Confines this process. Returns 0 if all of the above holds. Else 1, with
 * what does not hold, and why, in text; everything else holds all the same.
 */
must_check int confine_enter(struct confine *c, struct error *text);

#endif
