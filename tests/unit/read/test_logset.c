/*
 * A folder is listed while its files are being renamed: none is missed.
 * What names mean is seen in test_source.c.
 */
#include "logdir.h"

#include "read/logset.h"
#include "test.h"

#include <dirent.h>

/* What is renamed once the folder's names were read, before anything else is. */
static const struct { const char *from, *to; } rotation[] = {
	{ "audit.log.2", "audit.log.3" },
	{ "audit.log.1", "audit.log.2" },
	{ "audit.log", "audit.log.1" },
};
static size_t renames, renamed;	/* how many of them come, a listing each; how many came */
static unsigned listings;

struct dirent *__real_readdir64(DIR *dir);
struct dirent *__wrap_readdir64(DIR *dir);

struct dirent *__wrap_readdir64(DIR *dir)
{
	long at = telldir(dir);
	struct dirent *d = __real_readdir64(dir);

	if (at != 0)
		return d;
	listings++;
	if (renamed < renames) {
		logdir_rename(rotation[renamed].from, rotation[renamed].to);
		renamed++;
	}
	return d;
}

static int setup(void **state)
{
	listings = 0;
	renames = renamed = 0;
	if (logdir_setup(state) != 0)
		return -1;
	logdir_puts("audit.log.2", "a\n");
	logdir_puts("audit.log.1", "b\n");
	logdir_puts("audit.log", "c\n");
	return 0;
}

static void assert_listed(const char *const *names)
{
	const struct logset set = { logdir_path(""), "audit.log" };
	struct logset_list list;
	struct error err;
	size_t n = 0;

	assert_int_equal(logset_list(&set, &list, &err), 0);
	for (; n < list.len && names[n] != NULL; n++)
		assert_string_equal(list.entries[n].name, names[n]);
	assert_int_equal(n, list.len);
	assert_null(names[n]);
	logset_release(&list);
}

static void a_quiet_folder_is_listed_twice(void **state)
{
	(void)state;
	assert_listed((const char *const[]){ "audit.log.2", "audit.log.1", "audit.log", NULL });
	assert_int_equal(listings, 2);
}

static void a_file_that_is_renamed_meanwhile_is_listed(void **state)
{
	(void)state;
	renames = 1;
	assert_listed((const char *const[]){ "audit.log.3", "audit.log.1", "audit.log", NULL });
}

static void a_rotation_meanwhile_leaves_none_out(void **state)
{
	(void)state;
	renames = ARRAY_SIZE(rotation);
	assert_listed((const char *const[]){ "audit.log.3", "audit.log.2", "audit.log.1", NULL });
}

static void a_follower_reads_them_in_order(void **state)
{
	struct reading r = { 0 };

	(void)state;
	renames = 1;
	reading_open(&r, logdir_path("audit.log"), true);
	reading_drain(&r);
	assert_read(&r, "a\nb\nc\n");
	reading_close(&r);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, logdir_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_quiet_folder_is_listed_twice),
		TEST(a_file_that_is_renamed_meanwhile_is_listed),
		TEST(a_rotation_meanwhile_leaves_none_out),
		TEST(a_follower_reads_them_in_order),
	};

	return cmocka_run_group_tests_name("logset", tests, NULL, NULL);
}
