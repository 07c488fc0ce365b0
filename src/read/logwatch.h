/*
 * inotify for a followed log: watches its folder and the folder above, so that it
 * also reports when the folder appears or is replaced. Where inotify does not work
 * it reports nothing, and the follower depends on its slow check.
 */
#ifndef MODTRAIL_READ_LOGWATCH_H
#define MODTRAIL_READ_LOGWATCH_H

#include <stdbool.h>

#define LOGWATCH_SLOW_CHECK_MS 10000

struct logwatch {
	int fd;		/* readable when there are events; -1: no inotify here */
	int dir, above;	/* watch descriptors, -1 for none */
};

void logwatch_open(struct logwatch *w);
void logwatch_close(struct logwatch *w);

/* Watches the folder dir as it is now, or its nearest ancestor. Call this before listing dir. */
void logwatch_aim(struct logwatch *w, const char *dir);

/* Reads all events. Returns whether there was one other than a write to the file named base. */
bool logwatch_drain(struct logwatch *w, const char *base);

#endif
