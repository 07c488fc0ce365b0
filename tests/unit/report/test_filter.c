/* Filters: what people type, as patterns and times for SQL. */
#include "report/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct filter filter;
static struct error err;

static int setup(void **state)
{
	(void)state;
	filter_init(&filter);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	filter_release(&filter);
	return 0;
}

static void add(enum filter_field field, const char *list)
{
	assert_int_equal(filter_add(&filter, field, list, &err), 0);
}

static void assert_patterns(enum filter_field field, const char *json)
{
	assert_int_equal(filter_end(&filter, &err), 0);
	assert_string_equal(filter.fields[field].json, json);
}

static void assert_refused(enum filter_field field, const char *list, const char *text)
{
	assert_int_equal(filter_add(&filter, field, list, &err), ERR_USAGE);
	assert_string_equal(err.text, text);
}

static void nothing_given_asks_for_everything(void **state)
{
	(void)state;
	assert_int_equal(filter_end(&filter, &err), 0);
	for (size_t i = 0; i < FILTER_FIELDS; i++)
		assert_null(filter.fields[i].json);
	assert_true(filter.since_ms == INT64_MIN && filter.until_ms == INT64_MAX);
	assert_int_equal(filter.limit, -1);
}

static void lists_and_repeated_options_add_up(void **state)
{
	(void)state;
	add(FILTER_HOST, "web*,db1");
	add(FILTER_HOST, "mail?");
	assert_patterns(FILTER_HOST, "[\"web*\",\"db1\",\"mail?\"]");
}

static void minus_is_underscore_in_module_names_only(void **state)
{
	(void)state;
	add(FILTER_MODULE, "snd-hda*");
	add(FILTER_HOST, "web-1");
	assert_patterns(FILTER_MODULE, "[\"snd_hda*\"]");
	assert_string_equal(filter.fields[FILTER_HOST].json, "[\"web-1\"]");
}

static void brackets_are_no_pattern(void **state)
{
	(void)state;
	add(FILTER_MODULE, "a[b]");
	assert_patterns(FILTER_MODULE, "[\"a[[]b]\"]");
}

static void quotes_cannot_leave_the_array(void **state)
{
	(void)state;
	add(FILTER_LOGIN, "a\"]\\");
	assert_patterns(FILTER_LOGIN, "[\"a\\\"]\\\\\"]");
}

static void closed_sets_name_their_values(void **state)
{
	(void)state;
	add(FILTER_ACTION, "load,unload,attempt");
	add(FILTER_OUTCOME, "success,failure,none");
	add(FILTER_ORIGIN, "interactive,service,autoload,unknown");
	assert_refused(FILTER_ACTION, "load,foo",
		       "action 'foo' is unknown: expected load, unload, attempt or unknown");
	assert_refused(FILTER_OUTCOME, "fail",
		       "outcome 'fail' is unknown: expected success, failure, none or unknown");
	assert_refused(FILTER_ORIGIN, "auto*",
		       "origin 'auto*' is unknown: expected interactive, service, autoload "
		       "or unknown");
}

static void empty_values_are_refused(void **state)
{
	(void)state;
	assert_refused(FILTER_HOST, "", "host is empty: expected a name or a pattern");
	assert_refused(FILTER_HOST, "a,,b", "host is empty: expected a name or a pattern");
	assert_refused(FILTER_HOST, "a,", "host is empty: expected a name or a pattern");
}

static void times_are_read_and_must_leave_a_span(void **state)
{
	(void)state;
	assert_int_equal(filter_since(&filter, "@5", 0, &err), 0);
	assert_int_equal(filter_until(&filter, "@6", 0, &err), 0);
	assert_int_equal(filter_end(&filter, &err), 0);
	assert_int_equal(filter.since_ms, 5000);
	assert_int_equal(filter.until_ms, 6000);
	assert_int_equal(filter_until(&filter, "@5", 0, &err), 0);
	assert_int_equal(filter_end(&filter, &err), ERR_USAGE);
	assert_int_equal(filter_since(&filter, "soon", 0, &err), ERR_USAGE);
	assert_non_null(strstr(err.text, "'soon'"));
}

static void a_limit_is_a_number_above_zero(void **state)
{
	static const char *const wrong[] = { "", "0", "-1", "x", "3x", "99999999999999999999" };

	(void)state;
	assert_int_equal(filter_limit(&filter, "3", &err), 0);
	assert_int_equal(filter.limit, 3);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_equal(filter_limit(&filter, wrong[i], &err), ERR_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(nothing_given_asks_for_everything),
		TEST(lists_and_repeated_options_add_up),
		TEST(minus_is_underscore_in_module_names_only),
		TEST(brackets_are_no_pattern),
		TEST(quotes_cannot_leave_the_array),
		TEST(closed_sets_name_their_values),
		TEST(empty_values_are_refused),
		TEST(times_are_read_and_must_leave_a_span),
		TEST(a_limit_is_a_number_above_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
