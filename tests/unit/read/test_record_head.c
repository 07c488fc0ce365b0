#include "read/record_head.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static enum line_fault parse(struct record_head *line, const char *text)
{
	return record_head_parse(line, text, strlen(text));
}

static enum line_fault fault_of(const char *text)
{
	struct record_head line;

	return parse(&line, text);
}

static void assert_bytes(struct bytes got, const char *want)
{
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.data, want, got.len);
}

static void reads_the_head_of_a_record(void **state)
{
	struct record_head line;

	(void)state;
	assert_int_equal(parse(&line, "type=SYSCALL msg=audit(1795456283.072:9): arch=c000003e "
				      "syscall=313\x1d" "ARCH=x86_64"), LINE_OK);
	assert_int_equal(line.node.len, 0);
	assert_bytes(line.type, "SYSCALL");
	assert_bytes(line.id, "1795456283.072:9");
	assert_true(line.time_ms == INT64_C(1795456283072));
	assert_int_equal(line.serial, 9);
	assert_bytes(line.fields, "arch=c000003e syscall=313\x1d" "ARCH=x86_64");
	assert_false(line.daemon);
}

static void reads_a_node(void **state)
{
	struct record_head line;

	(void)state;
	assert_int_equal(parse(&line, "node=a.example type=CWD msg=audit(1.000:2): cwd=\"/\""),
			 LINE_OK);
	assert_bytes(line.node, "a.example");
	assert_bytes(line.type, "CWD");
}

static void a_node_may_hold_blanks_or_be_empty(void **state)
{
	struct record_head line;

	(void)state;
	assert_int_equal(parse(&line, "node=two words type=CWD msg=audit(1.000:2): x"), LINE_OK);
	assert_bytes(line.node, "two words");
	assert_int_equal(parse(&line, "node= type=CWD msg=audit(1.000:2): x"), LINE_OK);
	assert_int_equal(line.node.len, 0);
	assert_int_equal(fault_of("node=x"), LINE_NO_RECORD);
	assert_int_equal(fault_of("node=x kind=CWD msg=audit(1.000:2): x"), LINE_NO_RECORD);
}

static void cr_newline_and_leading_nuls_do_not_count(void **state)
{
	static const char text[] = "\0\0type=EOE msg=audit(1.000:2): \r\r\n";
	struct record_head line;

	(void)state;
	assert_int_equal(record_head_parse(&line, text, sizeof(text) - 1), LINE_OK);
	assert_bytes(line.text, "type=EOE msg=audit(1.000:2): ");
	assert_int_equal(line.fields.len, 0);
}

static void auditd_has_serials_of_its_own(void **state)
{
	struct record_head line;

	(void)state;
	assert_int_equal(parse(&line, "type=DAEMON_START msg=audit(1.000:2): op=start"), LINE_OK);
	assert_true(line.daemon);
	assert_int_equal(parse(&line, "type=DAEMON_ msg=audit(1.000:2): op=start"), LINE_OK);
	assert_false(line.daemon);
}

static void the_shortest_record_is_as_long_as_promised(void **state)
{
	const char *text = "type=A msg=audit(0.000:0):";

	(void)state;
	assert_int_equal(fault_of(text), LINE_OK);
	assert_int_equal(strlen(text) + 1, RECORD_LINE_MIN);
	for (size_t i = 0; i < strlen(text); i++) {
		char shorter[64];

		snprintf(shorter, sizeof(shorter), "%.*s%s", (int)i, text, text + i + 1);
		assert_int_not_equal(fault_of(shorter), LINE_OK);
	}
}

static void empty_lines_and_separators_are_empty(void **state)
{
	static const char *const empty[] = { "", " ", "\t \r", "\n", "----", "time->Mon Nov 23" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(empty); i++)
		assert_int_equal(fault_of(empty[i]), LINE_EMPTY);
	assert_int_equal(record_head_parse(&(struct record_head){ 0 }, "\0\0", 2), LINE_EMPTY);
	assert_int_equal(fault_of("-----"), LINE_NO_RECORD);
}

static void other_text_is_no_record(void **state)
{
	static const char *const bad[] = {
		"hello", "type=", "type= msg=audit(1.000:2): x", "type=CWD",
		"type=CWD  msg=audit(1.000:2): x", "type=CWD msg=1.000:2", " type=CWD msg=audit(",
		"Nov 23 host kernel: audit: type=1400 audit(1.000:2): x",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(fault_of(bad[i]), LINE_NO_RECORD);
}

static void ids_that_are_no_numbers_are_bad(void **state)
{
	static const char *const bad[] = {
		"", "1", "1.", "1.000", "1.000:", "1.000:2", "1.000:2)", ".000:2):", "1.00:2):",
		"1.0000:2):", "-1.000:2):", "1.000:-2):", "x.000:2):", "1.000:2x):", "1,000:2):",
		"1.000:18446744073709551616):",
		"253402300800.000:2):", "99999999999999999999999.000:2):",
		"1.000:99999999999999999999999999999999):",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[128];

		snprintf(text, sizeof(text), "type=CWD msg=audit(%s", bad[i]);
		assert_int_equal(fault_of(text), LINE_BAD_ID);
	}
}

static void the_largest_numbers_are_read(void **state)
{
	struct record_head line;

	(void)state;
	assert_int_equal(parse(&line, "type=CWD msg=audit(253402300799.999:"
				      "18446744073709551615): x"), LINE_OK);
	assert_true(line.time_ms == INT64_C(253402300799999));
	assert_true(line.serial == UINT64_MAX);
}

static void a_nul_inside_is_a_torn_write(void **state)
{
	static const char text[] = "type=CWD msg=audit(1.000:2): cwd=\0\0";
	struct record_head line;

	(void)state;
	assert_int_equal(record_head_parse(&line, text, sizeof(text) - 1), LINE_NUL);
	assert_int_equal(record_head_after(&line, text, sizeof(text) - 1, NULL), LINE_OK);
}

/* Reads second as the line behind first, which must be a record. */
static enum line_fault parse_after(struct record_head *line, const char *first, const char *second)
{
	struct record_head before;

	assert_int_equal(parse(&before, first), LINE_OK);
	return record_head_after(line, second, strlen(second), &before);
}

/* What stood in the line before only spares work: the head is read as by itself. */
static void the_line_before_changes_nothing(void **state)
{
	static const char *const ids[] = {
		"1795456283.072:9", "1795456283.072:10", "1795456283.999:9", "1795456284.072:9",
		"179545628.072:9", "17954562830.072:9", "1.000:2", "1795456283.072:9999999999",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(ids) * ARRAY_SIZE(ids); i++) {
		char first[128], second[128];
		struct record_head alone, after;

		memset(&alone, 0, sizeof(alone));	/* between the members, too */
		memset(&after, 0, sizeof(after));
		snprintf(first, sizeof(first), "type=PATH msg=audit(%s): item=0",
			 ids[i / ARRAY_SIZE(ids)]);
		snprintf(second, sizeof(second), "type=CWD msg=audit(%s): x", ids[i % ARRAY_SIZE(ids)]);
		assert_int_equal(parse(&alone, second), LINE_OK);
		assert_int_equal(parse_after(&after, first, second), LINE_OK);
		assert_memory_equal(&after, &alone, sizeof(after));
	}
}

static void a_bad_id_is_bad_behind_a_good_one_too(void **state)
{
	static const char *const bad[] = {
		"1795456283", "1795456283.", "1795456283.07", "1795456283.07:9):", "1795456283.0x2:9):",
		"1795456283.0720:9):", "1795456283.072:):", "1795456283.072:9", "1795456283.072:9)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char text[128];
		struct record_head line;

		snprintf(text, sizeof(text), "type=CWD msg=audit(%s", bad[i]);
		assert_int_equal(parse_after(&line, "type=PATH msg=audit(1795456283.072:9): item=0",
					     text), LINE_BAD_ID);
	}
}

static void the_types_kind_is_known(void **state)
{
	static const char *const types[] = {
		"PATH", "SYSCALL", "PROCTITLE", "CWD", "EXECVE", "EOE", "KERN_MODULE", "USER_START",
		"PATHS", "PAT", "UNKNOWN[1340]", "DAEMON_START",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		char text[128];
		struct record_head line;

		snprintf(text, sizeof(text), "type=%s msg=audit(1.000:2): x", types[i]);
		assert_int_equal(parse(&line, text), LINE_OK);
		assert_bytes(line.type, types[i]);
		assert_ptr_equal(line.kind, record_type(line.type));
	}
}

static void every_fault_has_a_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < LINE_FAULT_COUNT; i++)
		assert_non_null(line_fault_names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_head_of_a_record),
		cmocka_unit_test(reads_a_node),
		cmocka_unit_test(a_node_may_hold_blanks_or_be_empty),
		cmocka_unit_test(cr_newline_and_leading_nuls_do_not_count),
		cmocka_unit_test(auditd_has_serials_of_its_own),
		cmocka_unit_test(the_shortest_record_is_as_long_as_promised),
		cmocka_unit_test(empty_lines_and_separators_are_empty),
		cmocka_unit_test(other_text_is_no_record),
		cmocka_unit_test(ids_that_are_no_numbers_are_bad),
		cmocka_unit_test(the_largest_numbers_are_read),
		cmocka_unit_test(a_nul_inside_is_a_torn_write),
		cmocka_unit_test(the_line_before_changes_nothing),
		cmocka_unit_test(a_bad_id_is_bad_behind_a_good_one_too),
		cmocka_unit_test(the_types_kind_is_known),
		cmocka_unit_test(every_fault_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
