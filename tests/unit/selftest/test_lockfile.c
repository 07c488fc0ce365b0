#include "test.h"

#include "scratch.h"
#include "selftest/lockfile.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct lockfile note = { "0123456789abcdef", "crc7", 42 };

/* Opens at once or not at all. */
static int open_now(const char *root, struct lockfile *left)
{
	struct error err;

	return lockfile_open(root, 0, left, &err);
}

static void at_first_nothing_is_left(void **state)
{
	struct lockfile left;
	int fd = open_now(*state, &left);

	assert_true(fd >= 0);
	assert_string_equal(left.run, "");
	close(fd);
}

static void what_was_noted_is_there_after_a_death(void **state)
{
	struct lockfile left;
	int fd = open_now(*state, &left);

	assert_int_equal(lockfile_note(fd, &note, NULL), 0);
	close(fd);
	fd = open_now(*state, &left);
	assert_string_equal(left.run, note.run);
	assert_string_equal(left.module, "crc7");
	assert_int_equal(left.pid, 42);
	close(fd);
}

static void what_was_cleared_is_not(void **state)
{
	struct lockfile left;
	int fd = open_now(*state, &left);

	assert_int_equal(lockfile_note(fd, &note, NULL), 0);
	assert_int_equal(lockfile_clear(fd, NULL), 0);
	close(fd);
	fd = open_now(*state, &left);
	assert_string_equal(left.run, "");
	assert_string_equal(left.module, "");
	close(fd);
}

static void two_exclude_each_other(void **state)
{
	struct lockfile left;
	int fd = open_now(*state, &left), other;

	assert_int_equal(open_now(*state, &left), ERR_SYSTEM);
	close(fd);
	other = open_now(*state, &left);
	assert_true(other >= 0);
	close(other);
}

static void a_tool_that_still_runs_holds_the_lock(void **state)
{
	struct lockfile left;
	int fd = open_now(*state, &left), pipe_to_tool[2], again;
	pid_t tool;

	assert_int_equal(pipe(pipe_to_tool), 0);
	if ((tool = fork()) == 0) {
		dup2(pipe_to_tool[0], 0);
		close(pipe_to_tool[0]);
		close(pipe_to_tool[1]);
		execl("/bin/cat", "cat", (char *)NULL);
		_exit(1);
	}
	close(pipe_to_tool[0]);
	close(fd);
	assert_int_equal(open_now(*state, &left), ERR_SYSTEM);
	close(pipe_to_tool[1]);
	assert_int_equal(waitpid(tool, NULL, 0), tool);
	again = open_now(*state, &left);
	assert_true(again >= 0);
	close(again);
}

static void a_line_that_is_not_ours_undoes_nothing(void **state)
{
	static const char *const lines[] = {
		"run=0123456789abcdef module=crc7 pid=42",	/* cut */
		"run=0123456789abcdef module=../x pid=42\n",
		"run=0123456789abcdef module=crc7 pid=42 more\n",
		"run=xyz module=crc7 pid=42\n",
		"\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct lockfile left;
		int fd;

		scratch_file(*state, "/selftest", lines[i]);
		fd = open_now(*state, &left);
		assert_true(fd >= 0);
		assert_string_equal(left.run, "");
		assert_string_equal(left.module, "");
		close(fd);
	}
}

static void the_folder_is_made_for_root_alone(void **state)
{
	char folder[128];
	struct lockfile left;
	struct stat st;
	int fd;

	snprintf(folder, sizeof(folder), "%s/modtrail", (const char *)*state);
	fd = open_now(folder, &left);
	assert_true(fd >= 0);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	close(fd);
}

static void a_link_in_its_place_is_not_followed(void **state)
{
	struct lockfile left;

	scratch_file(*state, "/other", "");
	scratch_link(*state, "/selftest", "other");
	assert_int_equal(open_now(*state, &left), ERR_SYSTEM);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		TEST(at_first_nothing_is_left),
		TEST(what_was_noted_is_there_after_a_death),
		TEST(what_was_cleared_is_not),
		TEST(two_exclude_each_other),
		TEST(a_tool_that_still_runs_holds_the_lock),
		TEST(a_line_that_is_not_ours_undoes_nothing),
		TEST(the_folder_is_made_for_root_alone),
		TEST(a_link_in_its_place_is_not_followed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
