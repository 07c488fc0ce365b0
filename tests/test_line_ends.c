#include "test.h"

#include "line_ends.h"

static struct line_ends ends;

static void find(const char *data, size_t len)
{
	memset(&ends, 0xff, sizeof(ends));
	line_ends_find(&ends, data, len);
}

static void ends_are_behind_the_newlines(void **state)
{
	(void)state;
	find("\nab\n\ncd", 7);
	assert_int_equal(ends.count, 3);
	assert_int_equal(ends.end[0], 1);
	assert_int_equal(ends.end[1], 4);
	assert_int_equal(ends.end[2], 5);
	assert_false(ends.nul);
}

static void without_a_newline_there_is_none(void **state)
{
	(void)state;
	find("ab", 2);
	assert_int_equal(ends.count, 0);
	find("", 0);
	assert_int_equal(ends.count, 0);
}

static void a_nul_before_the_last_end_is_told(void **state)
{
	(void)state;
	find("a\0\nb\n", 5);
	assert_true(ends.nul);
	find("a\nb\n\0", 5);
	assert_false(ends.nul);
}

static void there_is_a_bound(void **state)
{
	static char many[LINE_ENDS_MAX + 2];

	(void)state;
	memset(many, '\n', sizeof(many));
	find(many, sizeof(many));
	assert_int_equal(ends.count, LINE_ENDS_MAX);
	assert_int_equal(ends.end[LINE_ENDS_MAX - 1], LINE_ENDS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_behind_the_newlines),
		cmocka_unit_test(without_a_newline_there_is_none),
		cmocka_unit_test(a_nul_before_the_last_end_is_told),
		cmocka_unit_test(there_is_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
