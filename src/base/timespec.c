#include "base/timespec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define SECOND_MS INT64_C(1000)
#define DAY_S INT64_C(86400)

/* 1000-01-01T00:00:00Z and 9999-12-31T23:59:59.999Z: years of four digits */
#define TIME_MIN INT64_C(-30610224000000)
#define TIME_MAX INT64_C(253402300799999)

/* The part of the text that is not parsed yet. */
struct scan {
	const char *at;
};

static bool take(struct scan *s, char c)
{
	if (*s->at != c)
		return false;
	s->at++;
	return true;
}

/* Exactly this many digits. */
static bool take_digits(struct scan *s, int digits, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)*s->at))
			return false;
		*value = *value * 10 + (*s->at++ - '0');
	}
	return true;
}

/* Any number of digits, at least one, up to what an int64_t holds. */
static bool take_number(struct scan *s, int64_t *value)
{
	if (!isdigit((unsigned char)*s->at))
		return false;
	*value = 0;
	for (; isdigit((unsigned char)*s->at); s->at++)
		if (__builtin_mul_overflow(*value, 10, value) ||
		    __builtin_add_overflow(*value, *s->at - '0', value))
			return false;
	return true;
}

/* An optional ".123": what is finer than a millisecond is dropped. */
static bool take_fraction(struct scan *s, int *ms)
{
	int unit = 100;

	*ms = 0;
	if (!take(s, '.'))
		return true;
	if (!isdigit((unsigned char)*s->at))
		return false;
	for (; isdigit((unsigned char)*s->at); s->at++, unit /= 10)
		*ms += (*s->at - '0') * unit;
	return true;
}

/* A real day: 2026-02-30 is none. */
static bool take_date(struct scan *s, struct tm *tm)
{
	struct tm check;
	int year, month, day;

	if (!take_digits(s, 4, &year) || !take(s, '-') || !take_digits(s, 2, &month) ||
	    !take(s, '-') || !take_digits(s, 2, &day))
		return false;
	*tm = (struct tm){ .tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day };
	check = *tm;
	timegm(&check);		/* turns February 30 into March 2 */
	return check.tm_mon == tm->tm_mon && check.tm_mday == tm->tm_mday;
}

/* 10:00, 10:00:05 or 10:00:05.123 */
static bool take_clock(struct scan *s, struct tm *tm, int *ms)
{
	*ms = 0;
	if (!take_digits(s, 2, &tm->tm_hour) || !take(s, ':') || !take_digits(s, 2, &tm->tm_min))
		return false;
	if (take(s, ':') && (!take_digits(s, 2, &tm->tm_sec) || !take_fraction(s, ms)))
		return false;
	return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

/* Z, +01:00 or -0330. */
static bool take_zone(struct scan *s, int *east_s)
{
	int sign, hours, minutes;

	if (take(s, 'Z')) {
		*east_s = 0;
		return true;
	}
	sign = *s->at == '-' ? -1 : 1;
	if (!take(s, '+') && !take(s, '-'))
		return false;
	if (!take_digits(s, 2, &hours))
		return false;
	take(s, ':');
	if (!take_digits(s, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*east_s = sign * (hours * 3600 + minutes * 60);
	return true;
}

static long zone_at(time_t when)
{
	struct tm tm;

	return localtime_r(&when, &tm) ? tm.tm_gmtoff : 0;
}

/*
 * Converts local time to UTC by the rule of RFC 5545: a time that the clock shows
 * twice is the first one, and one that it skips has the offset from before the jump,
 * so that "today" begins with the day even where midnight is skipped. mktime()
 * promises neither.
 */
static int64_t from_local(const struct tm *local)
{
	struct tm tm = *local;
	time_t as_utc = timegm(&tm);
	long before = zone_at(as_utc - DAY_S);
	long after = zone_at(as_utc + DAY_S);

	if (zone_at(as_utc - before) != before && zone_at(as_utc - after) == after)
		return as_utc - after;
	return as_utc - before;
}

static int64_t start_of_day(int64_t now_ms, int days)
{
	time_t now = now_ms / SECOND_MS;
	struct tm tm;

	if (localtime_r(&now, &tm) == NULL)
		return INT64_MIN;
	tm.tm_mday += days;
	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	return from_local(&tm) * SECOND_MS;
}

/* 90s, 30m, 2h, 3d, 1w; a bare number, where that is allowed, is seconds. */
static bool read_length(const char *text, bool bare, int64_t *ms)
{
	static const struct { char letter; int64_t ms; } units[] = {
		{ 's', SECOND_MS },
		{ 'm', 60 * SECOND_MS },
		{ 'h', 3600 * SECOND_MS },
		{ 'd', DAY_S * SECOND_MS },
		{ 'w', 7 * DAY_S * SECOND_MS },
	};
	struct scan s = { text };
	int64_t count;

	if (!take_number(&s, &count))
		return false;
	if (*s.at == '\0' && bare)
		return !__builtin_mul_overflow(count, SECOND_MS, ms);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (take(&s, units[i].letter))
			return *s.at == '\0' && !__builtin_mul_overflow(count, units[i].ms, ms);
	return false;
}

/* @1795456283 or @1795456283.072 */
static bool read_epoch(const char *text, int64_t *ms)
{
	struct scan s = { text };
	int fraction;

	return take(&s, '@') && take_number(&s, ms) && take_fraction(&s, &fraction) &&
	       *s.at == '\0' && !__builtin_mul_overflow(*ms, SECOND_MS, ms) &&
	       !__builtin_add_overflow(*ms, fraction, ms);
}

/* 2026-11-23, with a clock behind T or a blank, and a zone behind that. */
static bool read_date(const char *text, int64_t *ms)
{
	struct scan s = { text };
	int fraction, east_s;
	struct tm tm;

	if (!take_date(&s, &tm))
		return false;
	if (*s.at == '\0') {
		*ms = from_local(&tm) * SECOND_MS;
		return true;
	}
	if ((!take(&s, 'T') && !take(&s, ' ')) || !take_clock(&s, &tm, &fraction))
		return false;
	if (*s.at == '\0') {
		*ms = from_local(&tm) * SECOND_MS + fraction;
		return true;
	}
	if (!take_zone(&s, &east_s) || *s.at != '\0')
		return false;
	*ms = (timegm(&tm) - east_s) * SECOND_MS + fraction;
	return true;
}

/* 10:00: today. */
static bool read_clock(const char *text, int64_t now_ms, int64_t *ms)
{
	time_t now = now_ms / SECOND_MS;
	struct scan s = { text };
	struct tm tm;
	int fraction;

	if (localtime_r(&now, &tm) == NULL)
		return false;
	tm.tm_sec = 0;
	if (!take_clock(&s, &tm, &fraction) || *s.at != '\0')
		return false;
	*ms = from_local(&tm) * SECOND_MS + fraction;
	return true;
}

static bool read_time(const char *text, int64_t now_ms, int64_t *ms)
{
	int64_t ago;

	if (strcmp(text, "now") == 0)
		*ms = now_ms;
	else if (strcmp(text, "today") == 0)
		*ms = start_of_day(now_ms, 0);
	else if (strcmp(text, "yesterday") == 0)
		*ms = start_of_day(now_ms, -1);
	else if (read_length(text, false, &ago))
		return !__builtin_sub_overflow(now_ms, ago, ms);
	else
		return read_epoch(text, ms) || read_date(text, ms) ||
		       read_clock(text, now_ms, ms);
	return true;
}

bool time_parse(const char *text, int64_t now_ms, int64_t *ms)
{
	int64_t found;

	if (!read_time(text, now_ms, &found) || found < 0 || found > TIME_MAX)
		return false;
	*ms = found;
	return true;
}

bool duration_parse(const char *text, int64_t *ms)
{
	int64_t found;

	if (!read_length(text, true, &found))
		return false;
	*ms = found;
	return true;
}

/* Milliseconds before 1970 belong to the second below. */
static time_t whole_seconds(int64_t ms, int *rest_ms)
{
	time_t seconds = ms / SECOND_MS;

	*rest_ms = (int)(ms % SECOND_MS);
	if (*rest_ms >= 0)
		return seconds;
	*rest_ms += (int)SECOND_MS;
	return seconds - 1;
}

const char *time_utc(int64_t ms, char out[static TIME_TEXT])
{
	struct tm tm = { 0 };
	int rest_ms;
	time_t seconds = whole_seconds(MIN(MAX(ms, TIME_MIN), TIME_MAX), &rest_ms);
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + len, TIME_TEXT - len, ".%03dZ", rest_ms);
	return out;
}

const char *time_local(int64_t ms, char out[static TIME_TEXT])
{
	struct tm tm = { 0 };
	int rest_ms;
	time_t seconds = whole_seconds(MIN(MAX(ms, TIME_MIN), TIME_MAX), &rest_ms);

	localtime_r(&seconds, &tm);
	strftime(out, TIME_TEXT, "%Y-%m-%d %H:%M:%S", &tm);
	return out;
}
