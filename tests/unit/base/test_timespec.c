/* Times: every form, every refusal, and the hours that a zone skips or repeats. */
#include "base/timespec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

/* 2026-11-23T18:11:23.072Z, a Monday. */
#define NOW INT64_C(1795457483072)

/* As rules, because a small system has no zone database. */
#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define SAO_PAULO_2018 "<-03>3<-02>,M11.1.0/0,M2.3.0/0"
#define KIRITIMATI "<+14>-14"
#define PAGO_PAGO "SST11"
#define INDIA "IST-5:30"

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

static void zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

/* The time that text stands for, as UTC text, so that a failure can be read. */
static void assert_time(const char *text, const char *utc)
{
	char found[TIME_TEXT];
	int64_t ms;

	if (!time_parse(text, NOW, &ms))
		fail_msg("'%s' was refused", text);
	assert_string_equal(time_utc(ms, found), utc);
}

static void assert_refused(const char *text)
{
	int64_t ms = 4711;

	if (time_parse(text, NOW, &ms))
		fail_msg("'%s' was taken", text);
	assert_int_equal(ms, 4711);
}

static void words_count_from_now(void **state)
{
	(void)state;
	zone("UTC");
	assert_time("now", "2026-11-23T18:11:23.072Z");
	assert_time("today", "2026-11-23T00:00:00.000Z");
	assert_time("yesterday", "2026-11-22T00:00:00.000Z");
}

static void today_begins_at_local_midnight(void **state)
{
	(void)state;
	zone(BERLIN);
	assert_time("today", "2026-11-22T23:00:00.000Z");
	zone(KIRITIMATI);	/* already Tuesday there */
	assert_time("today", "2026-11-23T10:00:00.000Z");
	zone(PAGO_PAGO);
	assert_time("today", "2026-11-23T11:00:00.000Z");
}

static void a_length_is_that_long_ago(void **state)
{
	(void)state;
	zone("UTC");
	assert_time("90s", "2026-11-23T18:09:53.072Z");
	assert_time("30m", "2026-11-23T17:41:23.072Z");
	assert_time("2h", "2026-11-23T16:11:23.072Z");
	assert_time("3d", "2026-11-20T18:11:23.072Z");
	assert_time("1w", "2026-11-16T18:11:23.072Z");
	assert_time("0s", "2026-11-23T18:11:23.072Z");
}

static void a_date_may_have_a_clock_and_a_zone(void **state)
{
	(void)state;
	zone("UTC");
	assert_time("2026-11-23", "2026-11-23T00:00:00.000Z");
	assert_time("2026-11-23 10:00", "2026-11-23T10:00:00.000Z");
	assert_time("2026-11-23T10:00:05", "2026-11-23T10:00:05.000Z");
	assert_time("2026-11-23 10:00:05.123", "2026-11-23T10:00:05.123Z");
	assert_time("2026-11-23 10:00:05.1", "2026-11-23T10:00:05.100Z");
	assert_time("2026-11-23 10:00:05.123999", "2026-11-23T10:00:05.123Z");
	assert_time("2026-11-23T10:00:05.123Z", "2026-11-23T10:00:05.123Z");
	assert_time("2026-11-23T10:00+01:00", "2026-11-23T09:00:00.000Z");
	assert_time("2026-11-23 10:00:05-0330", "2026-11-23T13:30:05.000Z");
}

static void a_given_zone_beats_the_local_one(void **state)
{
	(void)state;
	zone(BERLIN);
	assert_time("2026-11-23 10:00", "2026-11-23T09:00:00.000Z");
	assert_time("2026-11-23 10:00Z", "2026-11-23T10:00:00.000Z");
}

static void a_clock_alone_is_today(void **state)
{
	(void)state;
	zone(BERLIN);
	assert_time("10:00", "2026-11-23T09:00:00.000Z");
	assert_time("23:59:59.999", "2026-11-23T22:59:59.999Z");
}

static void an_audit_stamp_is_taken_as_it_is(void **state)
{
	(void)state;
	zone(BERLIN);
	assert_time("@1795456283", "2026-11-23T17:51:23.000Z");
	assert_time("@1795456283.072", "2026-11-23T17:51:23.072Z");
}

static void leap_days_exist_in_leap_years_only(void **state)
{
	(void)state;
	zone("UTC");
	assert_time("2028-02-29", "2028-02-29T00:00:00.000Z");
	assert_refused("2026-02-29");
	assert_refused("2026-11-31");
	assert_refused("2026-13-01");
	assert_refused("2026-00-01");
	assert_refused("2026-01-00");
}

static void a_skipped_hour_is_read_with_the_zone_of_before(void **state)
{
	(void)state;
	zone(BERLIN);
	assert_time("2026-03-29 01:59:59", "2026-03-29T00:59:59.000Z");
	assert_time("2026-03-29 02:30", "2026-03-29T01:30:00.000Z");
	assert_time("2026-03-29 03:00", "2026-03-29T01:00:00.000Z");
}

static void a_repeated_hour_is_its_first_one(void **state)
{
	(void)state;
	zone(BERLIN);
	assert_time("2026-10-25 01:59", "2026-10-24T23:59:00.000Z");
	assert_time("2026-10-25 02:30", "2026-10-25T00:30:00.000Z");
	assert_time("2026-10-25 03:00", "2026-10-25T02:00:00.000Z");
}

static void a_day_without_midnight_begins_when_the_clock_jumps(void **state)
{
	(void)state;
	zone(SAO_PAULO_2018);	/* from 00:00 to 01:00 */
	assert_time("2018-11-04", "2018-11-04T03:00:00.000Z");
}

static void zones_of_half_an_hour_count(void **state)
{
	(void)state;
	zone(INDIA);
	assert_time("2026-11-23 10:00", "2026-11-23T04:30:00.000Z");
}

static void anything_else_is_refused(void **state)
{
	static const char *const texts[] = {
		"", " ", "tomorrow", "Today", "2", "2x", "2hh", "h", "-2h", "+2h", " 2h", "2h ",
		"2026", "2026-11", "2026-11-23 ", "2026-11-23T", "2026-11-23 10",
		"2026-11-23  10:00",
		"2026-11-23 10:0", "2026-11-23 24:00", "2026-11-23 10:60",
		"2026-11-23 10:00:60",
		"2026-11-23 10:00:05.", "2026-11-23 10:00:05,1", "2026-11-23 10:00+1",
		"2026-11-23 10:00+24:00", "2026-11-23 10:00+01:60", "2026-11-23 10:00ZZ",
		"2026-11-23Z",
		"2026-11-23x10:00", "26-11-23", "2026/11/23", "10:00Z", "24:00", "10",
		"@", "@x", "@-1", "@1795456283.", "@1795456283.072:12", "@1795456283 ",
	};
	(void)state;
	zone("UTC");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_refused(texts[i]);
}

static void years_run_from_1970_to_9999(void **state)
{
	(void)state;
	zone("UTC");
	assert_time("1970-01-01", "1970-01-01T00:00:00.000Z");
	assert_time("9999-12-31 23:59:59.999", "9999-12-31T23:59:59.999Z");
	assert_time("@0", "1970-01-01T00:00:00.000Z");
	assert_refused("1969-12-31");
	assert_refused("0000-01-01");
	assert_refused("@253402300800");
	assert_refused("9999-12-31 23:59:59-01:00");
	assert_refused("9999w");
	zone(BERLIN);
	assert_refused("1970-01-01");	/* still 1969 in UTC */
}

static void numbers_beyond_64_bits_are_refused(void **state)
{
	int64_t ms = 4711;

	(void)state;
	zone("UTC");
	assert_refused("99999999999999999999s");
	assert_refused("9223372036854775807w");
	assert_refused("@99999999999999999999");
	assert_refused("@9223372036854775807");
	assert_false(duration_parse("9223372036854775807", &ms));
	assert_false(duration_parse("9223372036854775807w", &ms));
	assert_false(duration_parse("9223372036854775808s", &ms));
	assert_int_equal(ms, 4711);
}

static void a_duration_has_a_unit_or_is_in_seconds(void **state)
{
	int64_t ms;

	(void)state;
	assert_true(duration_parse("25h", &ms));
	assert_int_equal(ms, 25 * HOUR);
	assert_true(duration_parse("90s", &ms));
	assert_int_equal(ms, 90000);
	assert_true(duration_parse("1d", &ms));
	assert_int_equal(ms, DAY);
	assert_true(duration_parse("2w", &ms));
	assert_int_equal(ms, 14 * DAY);
	assert_true(duration_parse("5m", &ms));
	assert_int_equal(ms, 300000);
	assert_true(duration_parse("300", &ms));
	assert_int_equal(ms, 300000);
	assert_true(duration_parse("0", &ms));
	assert_int_equal(ms, 0);
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const texts[] = { "", "h", "1.5h", "-1h", "1h30m", "1 h", "today",
					     "1y" };
	int64_t ms = 4711;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (duration_parse(texts[i], &ms))
			fail_msg("'%s' was taken", texts[i]);
	assert_int_equal(ms, 4711);
}

static void people_see_local_time(void **state)
{
	char text[TIME_TEXT];

	(void)state;
	zone(BERLIN);
	assert_string_equal(time_local(NOW, text), "2026-11-23 19:11:23");
	zone("UTC");
	assert_string_equal(time_local(NOW, text), "2026-11-23 18:11:23");
}

static void any_number_of_milliseconds_fits(void **state)
{
	char text[TIME_TEXT];

	(void)state;
	zone("UTC");
	assert_string_equal(time_utc(0, text), "1970-01-01T00:00:00.000Z");
	assert_string_equal(time_utc(-1, text), "1969-12-31T23:59:59.999Z");
	assert_string_equal(time_utc(-1000, text), "1969-12-31T23:59:59.000Z");
	assert_string_equal(time_utc(INT64_MAX, text), "9999-12-31T23:59:59.999Z");
	assert_string_equal(time_utc(INT64_MIN, text), "1000-01-01T00:00:00.000Z");
	assert_string_equal(time_local(-1, text), "1969-12-31 23:59:59");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_count_from_now),
		cmocka_unit_test(today_begins_at_local_midnight),
		cmocka_unit_test(a_length_is_that_long_ago),
		cmocka_unit_test(a_date_may_have_a_clock_and_a_zone),
		cmocka_unit_test(a_given_zone_beats_the_local_one),
		cmocka_unit_test(a_clock_alone_is_today),
		cmocka_unit_test(an_audit_stamp_is_taken_as_it_is),
		cmocka_unit_test(leap_days_exist_in_leap_years_only),
		cmocka_unit_test(a_skipped_hour_is_read_with_the_zone_of_before),
		cmocka_unit_test(a_repeated_hour_is_its_first_one),
		cmocka_unit_test(a_day_without_midnight_begins_when_the_clock_jumps),
		cmocka_unit_test(zones_of_half_an_hour_count),
		cmocka_unit_test(anything_else_is_refused),
		cmocka_unit_test(years_run_from_1970_to_9999),
		cmocka_unit_test(numbers_beyond_64_bits_are_refused),
		cmocka_unit_test(a_duration_has_a_unit_or_is_in_seconds),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(people_see_local_time),
		cmocka_unit_test(any_number_of_milliseconds_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
