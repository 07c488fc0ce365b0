#include "test.h"

#include "model/keys.h"

static void keys_are_kept_in_order_and_end_with_null(void **state)
{
	struct keys keys = { 0 };
	struct error err;

	(void)state;
	assert_int_equal(keys_add(&keys, "modules", &err), 0);
	assert_int_equal(keys_add(&keys, "module-load", &err), 0);
	assert_int_equal(keys.count, 2);
	assert_string_equal(keys.key[0], "modules");
	assert_string_equal(keys.key[1], "module-load");
	assert_null(keys.key[2]);
}

static void without_one_the_default_is_wanted(void **state)
{
	struct keys none = { 0 }, one = { 0 };
	struct error err;

	(void)state;
	keys_default(&none);
	assert_string_equal(none.key[0], KEY_DEFAULT);
	assert_int_equal(none.count, 1);
	assert_int_equal(keys_add(&one, "x", &err), 0);
	keys_default(&one);
	assert_int_equal(one.count, 1);
	assert_string_equal(one.key[0], "x");
}

static void what_the_kernel_would_not_take_is_refused(void **state)
{
	char longest[KEY_LEN_MAX + 2];
	struct keys keys = { 0 };
	struct error err;

	(void)state;
	memset(longest, 'k', sizeof(longest) - 1);
	longest[KEY_LEN_MAX + 1] = '\0';
	assert_int_equal(keys_add(&keys, longest, &err), ERR_USAGE);
	assert_int_equal(keys_add(&keys, "", &err), ERR_USAGE);
	assert_int_equal(keys.count, 0);
	longest[KEY_LEN_MAX] = '\0';
	assert_int_equal(keys_add(&keys, longest, &err), 0);
}

static void one_too_many_is_refused(void **state)
{
	struct keys keys = { 0 };
	struct error err;

	(void)state;
	for (int i = 0; i < KEYS_MAX; i++)
		assert_int_equal(keys_add(&keys, "k", &err), 0);
	assert_int_equal(keys_add(&keys, "k", &err), ERR_USAGE);
	assert_null(keys.key[KEYS_MAX]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_kept_in_order_and_end_with_null),
		cmocka_unit_test(without_one_the_default_is_wanted),
		cmocka_unit_test(what_the_kernel_would_not_take_is_refused),
		cmocka_unit_test(one_too_many_is_refused),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
