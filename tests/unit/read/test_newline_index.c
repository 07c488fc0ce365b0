#include "test.h"

#include "read/newline_index.h"

static struct newline_index newlines;

static void find(const char *data, size_t len)
{
	memset(&newlines, 0xff, sizeof(newlines));
	newline_index_build(&newlines, data, len);
}

static void ends_are_behind_the_newlines(void **state)
{
	(void)state;
	find("\nab\n\ncd", 7);
	assert_int_equal(newlines.count, 3);
	assert_int_equal(newlines.end[0], 1);
	assert_int_equal(newlines.end[1], 4);
	assert_int_equal(newlines.end[2], 5);
	assert_false(newlines.nul);
}

static void without_a_newline_there_is_none(void **state)
{
	(void)state;
	find("ab", 2);
	assert_int_equal(newlines.count, 0);
	find("", 0);
	assert_int_equal(newlines.count, 0);
}

static void a_nul_before_the_last_end_is_told(void **state)
{
	(void)state;
	find("a\0\nb\n", 5);
	assert_true(newlines.nul);
	find("a\nb\n\0", 5);
	assert_false(newlines.nul);
}

static void there_is_a_bound(void **state)
{
	static char many[NEWLINE_INDEX_MAX + 2];

	(void)state;
	memset(many, '\n', sizeof(many));
	find(many, sizeof(many));
	assert_int_equal(newlines.count, NEWLINE_INDEX_MAX);
	assert_int_equal(newlines.end[NEWLINE_INDEX_MAX - 1], NEWLINE_INDEX_MAX);
}

static void assert_more(const char *lines, size_t at, enum continuation more)
{
	find(lines, strlen(lines));
	assert_true(newlines.count > at);
	assert_int_equal(newlines.more[at], more);
}

#define ID "msg=audit(1795456513.347:9): "
#define CALL "type=SYSCALL " ID "arch=c000003e\n"
#define PATH "type=PATH " ID "item=0\n"
#define TITLE "type=PROCTITLE " ID "proctitle=41\n"

static void a_line_of_the_event_before_is_told(void **state)
{
	(void)state;
	assert_more(CALL PATH, 0, CONTINUATION_UNKNOWN);
	assert_more(CALL PATH, 1, CONTINUATION_MORE);
	assert_more(CALL "type=CWD " ID "cwd=\"/\"\n", 1, CONTINUATION_MORE);
	assert_more(CALL TITLE, 1, CONTINUATION_LAST);
	assert_more(CALL PATH PATH TITLE, 2, CONTINUATION_MORE);
	assert_more(CALL PATH PATH TITLE, 3, CONTINUATION_LAST);
	assert_more("type=EXECVE " ID "argc=1\n" "type=PATH " ID "\n", 1, CONTINUATION_MORE);
	assert_more(CALL "type=PATH msg=audit(1795456513.347:9):\n", 1, CONTINUATION_MORE);
}

static void what_may_matter_or_differ_is_not(void **state)
{
	static const char *const seconds[] = {
		CALL, "type=EXECVE " ID "argc=1\n", "type=BPRM_FCAPS " ID "\n", "type=PATHS " ID "\n",
		"node=a type=PATH " ID "\n", "type=PATH " ID "item=0\r\n", "\n", "type=PATH msg=audit(\n",
		"type=PATH msg=audit(1795456513.347:8): \n", "type=PATH msg=audit(1795456513.347:99): \n",
		"type=PATH msg=audit(1795456513.346:9): \n", "type=PATH msg=audit(1795456513.347:9) \n",
		"type=PATH msg=audit(1795456513.347:9)\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(seconds); i++) {
		char lines[256];

		snprintf(lines, sizeof(lines), "%s%s\n", CALL, seconds[i]);
		assert_more(lines, 1, CONTINUATION_UNKNOWN);
	}
	assert_more("node=a " CALL PATH, 1, CONTINUATION_UNKNOWN);
	assert_more(CALL "type=USER_CMD " ID "\n" PATH, 2, CONTINUATION_UNKNOWN);
	assert_more(CALL "\n" PATH, 2, CONTINUATION_UNKNOWN);
	assert_more("type=CWD msg=audit():\n" "type=CWD msg=audit():\n", 1, CONTINUATION_UNKNOWN);
	assert_more("type=CWD msg=audit(\n" "type=CWD msg=audit(\n", 1, CONTINUATION_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ends_are_behind_the_newlines),
		cmocka_unit_test(without_a_newline_there_is_none),
		cmocka_unit_test(a_nul_before_the_last_end_is_told),
		cmocka_unit_test(there_is_a_bound),
		cmocka_unit_test(a_line_of_the_event_before_is_told),
		cmocka_unit_test(what_may_matter_or_differ_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
