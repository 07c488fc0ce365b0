/*
 * Wakes whoever follows a log: inotify on its folder, and on the folder above,
 * so that a folder that is missing or replaced is noticed. Where inotify does
 * not work nothing is ever reported, and the slow check has to do.
 */
#ifndef MODTRAIL_READ_LOGWATCH_H
#define MODTRAIL_READ_LOGWATCH_H

#include <stdbool.h>

struct logwatch {
	int fd;		/* readable when something happened; -1: no inotify here */
	int dir, above;	/* watch descriptors, -1 for none */
};

void logwatch_open(struct logwatch *w);
void logwatch_close(struct logwatch *w);

/* Watches what now stands at dir, or its nearest ancestor. Call it before looking into dir. */
void logwatch_aim(struct logwatch *w, const char *dir);

/* Takes all reports. Returns whether one says more than "the file named base was written". */
bool logwatch_drain(struct logwatch *w, const char *base);

#endif
