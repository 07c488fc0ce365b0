/*
 * Times as people type and read them.
 */
#ifndef MODTRAIL_BASE_TIMESPEC_H
#define MODTRAIL_BASE_TIMESPEC_H

#include "base/util.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Parses a time to milliseconds since 1970. now_ms is "now"; the local time zone (TZ)
 * applies where none is given. Forms:
 *   now, today, yesterday
 *   90s 30m 2h 3d 1w: so long ago
 *   2026-11-23, 2026-11-23 10:00, 2026-11-23 10:00:05.123, with T or a blank between
 *     and with or without Z or +01:00 at the end
 *   10:00: today; @1795456283 or @1795456283.072: as in audit records
 * Returns false for anything else, for a date that does not exist, and for one
 * outside the years 1970 to 9999; *ms is then unchanged. A local time that the clock
 * shows twice is the first one, and one that it skips is read with the offset from
 * before the jump (RFC 5545).
 */
bool time_parse(const char *text, int64_t now_ms, int64_t *ms);

/* Parses a duration such as 25h, 90s, 1d; a bare number is in seconds. */
bool duration_parse(const char *text, int64_t *ms);

/*
 * Formats "2026-11-23T18:11:23.072Z": RFC 3339, UTC, for JSON and CSV. A time before
 * the year 1000 or after 9999, which no record has, becomes the first or last of those.
 */
#define TIME_TEXT 32
const char *time_utc(int64_t ms, char out[static TIME_TEXT]);

/* Formats "2026-11-23 18:11:23": local time, for people. */
const char *time_local(int64_t ms, char out[static TIME_TEXT]);

#endif
