/*
 * Processes of this host that are not recorded, whatever the rules say: the
 * kernel decides at fork whether a process is audited, for its whole life. As
 * far as that can be told now, from when a process was started.
 */
#ifndef MODTRAIL_SELFTEST_PROCESS_H
#define MODTRAIL_SELFTEST_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#define PROCESSES_NAMED 12	/* at most */

struct processes {
	unsigned count;
	char names[256];	/* "systemd-udevd, dbus-daemon": each once, cut after PROCESSES_NAMED */
};

/* A span of time since the boot, in clock ticks, as in /proc/PID/stat; both ends are in it. */
struct tick_span {
	uint64_t from, to;
};

/*
 * Finds the processes below root/proc that were started in one of the spans,
 * the kernel's own threads left out. What cannot be read is passed over.
 */
void processes_started(struct processes *out, const char *root, const struct tick_span *spans,
		       size_t count);

/* Those from before the daemon that switched auditing on; none if no such daemon is running. */
void processes_older(struct processes *out, const char *root);

#endif
