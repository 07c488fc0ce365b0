/*
 * The clocks of this host in milliseconds: CLOCK_REALTIME is since 1970 and may
 * be set, CLOCK_MONOTONIC measures how long something takes, CLOCK_BOOTTIME is
 * since the boot, sleep included.
 */
#ifndef MODTRAIL_BASE_CLOCK_H
#define MODTRAIL_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
