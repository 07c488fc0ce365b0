/*
 * What is said where a file may not be opened: who may.
 */
#include "base/error_access.h"
#include "scratch.h"
#include "store_fixture.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *root;

static const char *said(const char *path, int number)
{
	static struct error err;

	assert_int_equal(error_access(&err, ERR_INPUT, "open", path, number), ERR_INPUT);
	return err.text;
}

static void expect(const char *path, const char *words)
{
	const char *text = said(path, EACCES);

	if (strstr(text, words) == NULL)
		fail_msg("'%s' is not in: %s", words, text);
}

static int setup(void **state)
{
	int rc = scratch_setup(state);

	root = *state;
	return rc;
}

/* In a folder that these permissions are given to; as nobody, if this is root. */
static const char *closed(mode_t folder, mode_t file, gid_t group)
{
	static char path[100];
	char parent[100];

	snprintf(parent, sizeof(parent), "%s/log", root);
	snprintf(path, sizeof(path), "%s/log/audit.log", root);
	scratch_file(root, "/log/audit.log", "");
	assert_int_equal(chmod(root, 0755), 0);
	assert_true(chown(path, (uid_t)-1, group) == 0 && chown(parent, (uid_t)-1, group) == 0);
	assert_true(chmod(path, file) == 0 && chmod(parent, folder) == 0);
	return path;
}

static void needs_root(void)
{
	if (geteuid() != 0)
		skip();		/* owns what it makes */
}

static void the_group_of_the_file_is_named(void **state)
{
	const char *path;

	(void)state;
	needs_root();
	path = closed(0755, 0640, 4);
	fixture_drop_rights();
	expect(path, "Permission denied: run as root, or as a member of the group 'adm'");
	fixture_regain_rights();
	path = closed(0755, 0640, 3999999);
	fixture_drop_rights();
	expect(path, "of the group '3999999'");
	fixture_regain_rights();
}

static void the_folder_above_may_be_what_refuses(void **state)
{
	const char *path;

	(void)state;
	needs_root();
	path = closed(0750, 0644, 4);
	fixture_drop_rights();
	expect(path, "of the group 'adm'");
	fixture_regain_rights();
	path = closed(0750, 0644, 0);
	fixture_drop_rights();
	expect(path, "Permission denied: run as root");
	assert_null(strstr(said(path, EACCES), "group"));
	fixture_regain_rights();
}

static void a_group_that_may_not_is_not_named(void **state)
{
	const char *path;

	(void)state;
	needs_root();
	path = closed(0755, 0600, 4);
	fixture_drop_rights();
	expect(path, "Permission denied: run as root");
	assert_null(strstr(said(path, EACCES), "group"));
	fixture_regain_rights();
}

static void what_permissions_allow_lies_outside(void **state)
{
	(void)state;
	expect(closed(0755, 0644, getegid()), "outside of what this process may open");
}

static void other_reasons_are_told_as_they_are(void **state)
{
	(void)state;
	assert_string_equal(said("/nosuch/file", ENOENT),
			    "cannot open '/nosuch/file': No such file or directory");
	assert_string_equal(said("/nosuch/file", EACCES),
			    "cannot open '/nosuch/file': Permission denied");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_group_of_the_file_is_named),
		TEST(the_folder_above_may_be_what_refuses),
		TEST(a_group_that_may_not_is_not_named),
		TEST(what_permissions_allow_lies_outside),
		TEST(other_reasons_are_told_as_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
