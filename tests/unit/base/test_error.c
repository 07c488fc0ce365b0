#include "test.h"

#include "base/error.h"

static void set_fills_the_text_and_returns_the_code(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set(&err, ERR_INPUT, "no %s at %d", "newline", 7), ERR_INPUT);
	assert_string_equal(err.text, "no newline at 7");
}

static void set_without_a_place_only_returns_the_code(void **state)
{
	(void)state;
	assert_int_equal(error_set(NULL, ERR_TRAIL, "x"), ERR_TRAIL);
	assert_int_equal(error_prefix(NULL, ERR_TRAIL, "x"), ERR_TRAIL);
}

static void prefix_goes_before_the_text(void **state)
{
	struct error err;

	(void)state;
	error_set(&err, ERR_INPUT, "is a device");
	assert_int_equal(error_prefix(&err, ERR_INPUT, "'%s'", "/dev/tty"), ERR_INPUT);
	assert_string_equal(err.text, "'/dev/tty': is a device");
}

static void long_texts_are_cut_and_stay_ended(void **state)
{
	struct error err;
	char text[3000];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	error_set(&err, ERR_INPUT, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	error_prefix(&err, ERR_INPUT, "here");
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_memory_equal(err.text, "here: aaa", 9);
	error_prefix(&err, ERR_INPUT, "%s", text);
	assert_true(strlen(err.text) < sizeof(err.text));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_fills_the_text_and_returns_the_code),
		cmocka_unit_test(set_without_a_place_only_returns_the_code),
		cmocka_unit_test(prefix_goes_before_the_text),
		cmocka_unit_test(long_texts_are_cut_and_stay_ended),
	};

	return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
