/* Going on where an earlier source stopped, whatever became of the file since. */
#include "logdir.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Long enough for a tail hash that does not reach back to the start. */
static struct text lines;

static void add_lines(unsigned count)
{
	static unsigned serial;

	for (unsigned i = 0; i < count; i++) {
		char line[64];
		int n = snprintf(line, sizeof(line), "msg=audit(1.000:%u): x\n", serial++);

		text_add(&lines, line, (size_t)n);
	}
}

static int setup(void **state)
{
	text_release(&lines);
	add_lines(500);
	return logdir_setup(state);
}

static int teardown(void **state)
{
	text_release(&lines);
	return logdir_teardown(state);
}

/* Reads all of a log and makes its end (as far as `less` bytes before it) known to r. */
static void read_before(struct reading *r, const char *name, size_t less)
{
	struct reading first = { 0 };

	reading_open(&first, logdir_path(name), false);
	reading_drain(&first);
	assert_int_equal(source_checkpoint(first.source, first.last.file,
					   first.last.offset + first.last.len - less,
					   &r->known[r->known_len++]), 1);
	reading_close(&first);
}

static void expect(struct reading *r, const char *name, const char *text)
{
	reading_open(r, logdir_path(name), false);
	reading_drain(r);
	assert_read(r, text);
	assert_string_equal(r->host, "web1");
	reading_close(r);
}

static void goes_on_behind_what_was_read(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	read_before(&r, "audit.log", 0);
	logdir_add("audit.log", "new\n");
	expect(&r, "audit.log", "new\n");
}

static void says_where_it_began(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	read_before(&r, "audit.log", 0);
	logdir_add("audit.log", "new\n");
	reading_open(&r, logdir_path("audit.log"), false);
	reading_drain(&r);
	assert_int_equal(r.last.file->start, lines.len);
	assert_int_equal(r.last.offset, lines.len);
	assert_int_equal(r.last.at, 0);
	assert_int_equal(r.last.file->head, r.known[0].head);
	reading_close(&r);
}

static void nothing_new_is_nothing(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	read_before(&r, "audit.log", 0);
	expect(&r, "audit.log", "");
}

static void the_largest_offset_that_holds_wins(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	logdir_add("audit.log", "one\n");
	read_before(&r, "audit.log", 4);
	logdir_add("audit.log", "two\n");
	read_before(&r, "audit.log", 4);
	r.known[r.known_len] = r.known[1];
	r.known[r.known_len++].offset += 4;	/* its tail is another one */
	r.known[r.known_len] = r.known[1];
	r.known[r.known_len++].offset += 1000;	/* behind the end */
	expect(&r, "audit.log", "two\n");
}

static void survives_a_rename(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	read_before(&r, "audit.log", 0);
	logdir_add("audit.log", "rest\n");
	logdir_rename("audit.log", "audit.log.1");
	logdir_puts("audit.log", "new\n");
	expect(&r, "audit.log", "rest\nnew\n");
}

static void survives_compression(void **state)
{
	static const char *const how[] = { "gzip", "bzip2", "xz", "zstd" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		struct reading r = { 0 };

		logdir_write("audit.log", lines.data, lines.len);
		read_before(&r, "audit.log", 0);
		logdir_add("audit.log", "rest\n");
		logdir_pack("audit.log", "audit.log.1.gz", how[i]);
		logdir_puts("audit.log", "new\n");
		expect(&r, "audit.log", "rest\nnew\n");
	}
}

static void an_end_read_from_a_packed_file_holds_too(void **state)
{
	struct reading r = { 0 }, first = { 0 };
	const struct source_file *f;

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	logdir_pack("audit.log", "audit.log.1.gz", "gzip");
	logdir_puts("audit.log", "");
	reading_open(&first, logdir_path("audit.log"), false);
	reading_drain(&first);
	f = first.last.file;
	assert_int_equal(source_checkpoint(first.source, f, 25, &r.known[0]), 0);
	assert_int_equal(source_checkpoint(first.source, f, lines.len, &r.known[0]), 1);
	r.known_len = 1;
	reading_close(&first);
	expect(&r, "audit.log", "");
}

static void holds_behind_a_line_that_was_skipped(void **state)
{
	static char line[WINDOW_LINE_MAX + 100];
	struct reading r = { 0 };

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	logdir_write("audit.log", lines.data, lines.len);
	logdir_append("audit.log", line, sizeof(line));
	logdir_add("audit.log", "old\n");
	read_before(&r, "audit.log", 0);
	logdir_add("audit.log", "new\n");
	expect(&r, "audit.log", "new\n");
}

static void other_content_is_read_from_its_start(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	read_before(&r, "audit.log", 0);
	lines.data[0] = '#';
	lines.data[1] = '\n';
	lines.data[2] = '\0';
	logdir_write("audit.log", lines.data, 2);
	expect(&r, "audit.log", "#\n");
}

static void the_same_first_line_is_not_enough(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_puts("audit.log", "first\nsecond\n");
	read_before(&r, "audit.log", 0);
	logdir_puts("audit.log", "first\nanother\n");
	expect(&r, "audit.log", "first\nanother\n");
}

static void a_truncated_file_is_read_from_its_start(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_puts("audit.log", "first\nsecond\n");
	read_before(&r, "audit.log", 0);
	logdir_puts("audit.log", "first\n");
	expect(&r, "audit.log", "first\n");
}

static void the_file_before_the_last_rotation_has_one(void **state)
{
	struct reading r = { 0 }, first = { 0 };
	const struct source_file *old;

	(void)state;
	logdir_write("audit.log", lines.data, lines.len);
	reading_open(&first, logdir_path("audit.log"), true);
	reading_drain(&first);
	old = first.last.file;
	logdir_rename("audit.log", "audit.log.1");
	logdir_puts("audit.log", "new\n");
	reading_drain(&first);
	assert_ptr_not_equal(first.last.file, old);
	assert_int_equal(source_checkpoint(first.source, old, 50, &r.known[0]), 1);
	assert_int_equal(r.known[0].offset, 50);
	assert_int_equal(r.known[0].tail, hash_bytes(HASH_START, lines.data, 50));
	assert_int_equal(r.known[0].head, old->head);
	assert_int_equal(source_checkpoint(first.source, old, lines.len, &r.known[1]), 1);
	assert_int_equal(r.known[1].tail, hash_bytes(HASH_START, lines.data + lines.len -
						     CHECKPOINT_TAIL, CHECKPOINT_TAIL));
	reading_close(&first);
}

static void a_file_that_is_gone_or_has_no_line_has_none(void **state)
{
	struct reading first = { 0 };
	struct checkpoint cp;

	(void)state;
	logdir_puts("audit.log", "one\ntwo\n");
	reading_open(&first, logdir_path("audit.log"), true);
	reading_drain(&first);
	logdir_truncate("audit.log");
	assert_int_equal(source_checkpoint(first.source, first.last.file, 4, &cp), 0);
	logdir_add("audit.log", "another\nand longer\n");
	assert_int_equal(source_checkpoint(first.source, first.last.file, 4, &cp), 0);
	reading_close(&first);
}

static void a_lookup_that_fails_stops_the_source(void **state)
{
	struct reading r = { .lookup_rc = ERR_TRAIL };

	(void)state;
	logdir_puts("audit.log", "one\n");
	reading_open(&r, logdir_path("audit.log"), false);
	assert_int_equal(reading_until_stop(&r), ERR_TRAIL);
	assert_string_equal(r.err.text, "lookup failed");
	reading_close(&r);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(goes_on_behind_what_was_read),
		TEST(says_where_it_began),
		TEST(nothing_new_is_nothing),
		TEST(the_largest_offset_that_holds_wins),
		TEST(survives_a_rename),
		TEST(survives_compression),
		TEST(an_end_read_from_a_packed_file_holds_too),
		TEST(holds_behind_a_line_that_was_skipped),
		TEST(other_content_is_read_from_its_start),
		TEST(the_same_first_line_is_not_enough),
		TEST(a_truncated_file_is_read_from_its_start),
		TEST(the_file_before_the_last_rotation_has_one),
		TEST(a_file_that_is_gone_or_has_no_line_has_none),
		TEST(a_lookup_that_fails_stops_the_source),
	};

	return cmocka_run_group_tests_name("checkpoint", tests, NULL, NULL);
}
