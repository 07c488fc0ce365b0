/*
 * A disk that fails when it is told to: a VFS of SQLite's that hands everything
 * to the usual one until then. What is to be written then is written by half.
 */
#ifndef MODTRAIL_TESTS_FAULT_DISK_H
#define MODTRAIL_TESTS_FAULT_DISK_H

#include <stdbool.h>

enum disk_call {
	DISK_OPEN, DISK_READ, DISK_WRITE, DISK_TRUNCATE, DISK_SYNC, DISK_SIZE, DISK_LOCK, DISK_SHM,
	DISK_DELETE, DISK_CALLS
};

/* From then on, all trails of this process lie on it. */
void disk_install(void);

/* The n-th such call fails with code (SQLite's) and errno, and with stays all that follow. */
void disk_arm(enum disk_call call, long n, bool stays, int code, int system_error);

bool disk_struck(void);

#endif
