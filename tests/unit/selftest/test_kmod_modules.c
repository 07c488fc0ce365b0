#include "test.h"

#include "scratch.h"
#include "selftest/kmod_modules.h"

#include <stdio.h>

static void plain_files_go_by_finit_module(void **state)
{
	(void)state;
	assert_int_equal(module_load_call("/lib/modules/6.1/kernel/lib/crc7.ko", 30, ""), CALL_FINIT);
	assert_int_equal(module_load_call("/lib/modules/6.1/kernel/lib/crc7.ko", 0, ""), CALL_FINIT);
}

static void an_old_kmod_unpacks_itself(void **state)
{
	(void)state;
	assert_int_equal(module_load_call("crc7.ko.xz", 30, "xz"), CALL_INIT);
	assert_int_equal(module_load_call("crc7.ko.xz", 0, "xz"), CALL_INIT);
}

static void a_new_kmod_has_the_kernel_unpack(void **state)
{
	(void)state;
	assert_int_equal(module_load_call("crc7.ko.xz", 34, "xz"), CALL_FINIT);
	assert_int_equal(module_load_call("crc7.ko.zst", 31, "zstd"), CALL_FINIT);
	assert_int_equal(module_load_call("crc7.ko.gz", 31, "gzip"), CALL_FINIT);
}

static void but_only_what_that_kernel_unpacks(void **state)
{
	(void)state;
	assert_int_equal(module_load_call("crc7.ko.xz", 34, "zstd"), CALL_INIT);
	assert_int_equal(module_load_call("crc7.ko.xz", 34, ""), CALL_INIT);
}

static void without_any_module_it_says_so(void **state)
{
	struct test_module m;
	struct error err = { "" };

	assert_int_equal(test_module_choose(&m, NULL, *state, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "no harmless module"));
}

static void a_named_module_that_is_unfit_is_refused(void **state)
{
	static const struct {
		const char *name, *why;
	} unfit[] = {
		{ "zz_missing", "is not among the kernel's modules" },
		{ "/lib/modules/x.ko", "is a path" },
		{ "a_name_that_is_too_long_for_what_the_kernel_takes_as_one", "no possible name" },
	};
	struct test_module m;

	for (size_t i = 0; i < ARRAY_SIZE(unfit); i++) {
		struct error err = { "" };

		assert_int_equal(test_module_choose(&m, unfit[i].name, *state, &err), ERR_INPUT);
		if (strstr(err.text, unfit[i].why) == NULL)
			fail_msg("%s: %s", unfit[i].name, err.text);
	}
}

static void a_module_that_does_not_exist_is_not_loaded(void **state)
{
	(void)state;
	assert_false(module_is_loaded("zz_missing"));
	assert_int_equal(module_unload("zz_missing", NULL), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_files_go_by_finit_module),
		cmocka_unit_test(an_old_kmod_unpacks_itself),
		cmocka_unit_test(a_new_kmod_has_the_kernel_unpack),
		cmocka_unit_test(but_only_what_that_kernel_unpacks),
		TEST(without_any_module_it_says_so),
		TEST(a_named_module_that_is_unfit_is_refused),
		cmocka_unit_test(a_module_that_does_not_exist_is_not_loaded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
