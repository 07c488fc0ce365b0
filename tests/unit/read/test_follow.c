/* A log that is written and rotated while it is followed: every line once, in order. */
#include "logdir.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct reading r;

static int setup(void **state)
{
	r = (struct reading){ 0 };
	return logdir_setup(state);
}

static int teardown(void **state)
{
	reading_close(&r);
	return logdir_teardown(state);
}

static void follow(const char *name)
{
	reading_open(&r, logdir_path(name), true);
	reading_drain(&r);
}

/* What was read since the last call, or since the start. */
static void expect(const char *text)
{
	reading_drain(&r);
	assert_read(&r, text);
	r.text.len = 0;
}

static uint64_t lost(void)
{
	return source_counts(r.source)->rotations_lost;
}

static void catches_up_and_goes_on(void **state)
{
	(void)state;
	logdir_puts("audit.log.2", "a\n");
	logdir_puts("audit.log.1", "b\n");
	logdir_puts("audit.log", "c\n");
	follow("audit.log");
	expect("a\nb\nc\n");
	logdir_add("audit.log", "d\ne\n");
	expect("d\ne\n");
	expect("");
}

static void an_incomplete_line_is_completed_later(void **state)
{
	(void)state;
	logdir_puts("audit.log", "one\ntw");
	follow("audit.log");
	expect("one\n");
	logdir_add("audit.log", "o");
	expect("");
	logdir_add("audit.log", "\nth");
	expect("two\n");
	assert_int_equal(source_counts(r.source)->tails, 0);
}

static void a_first_line_may_grow_byte_by_byte(void **state)
{
	(void)state;
	logdir_puts("audit.log", "");
	follow("audit.log");
	for (const char *p = "first"; *p != '\0'; p++) {
		logdir_append("audit.log", p, 1);
		expect("");
	}
	logdir_add("audit.log", "\n");
	expect("first\n");
	assert_int_equal(r.last.file->head, hash_bytes(HASH_START, "first", 5));
}

static void rename_rotation_reads_the_old_file_to_its_end(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	expect("a\n");
	logdir_add("audit.log", "b\n");
	logdir_rename("audit.log", "audit.log.1");
	logdir_add("audit.log.1", "c\n");
	logdir_puts("audit.log", "d\n");
	expect("b\nc\nd\n");
	assert_int_equal(lost(), 0);
}

static void the_old_file_is_read_while_there_is_no_new_one(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	logdir_rename("audit.log", "audit.log.1");
	expect("a\n");
	logdir_add("audit.log.1", "b\n");
	expect("b\n");
	logdir_puts("audit.log", "c\n");
	expect("c\n");
}

static void a_writer_that_keeps_the_old_file_is_heard(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	logdir_rename("audit.log", "audit.log.1");
	logdir_puts("audit.log", "c\n");
	expect("a\nc\n");
	logdir_add("audit.log.1", "b\n");
	expect("b\n");
}

static void several_rotations_between_reads_are_read_in_order(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	expect("a\n");
	logdir_add("audit.log", "b\n");
	logdir_rename("audit.log", "audit.log.3");
	logdir_puts("audit.log.2", "c\n");
	logdir_puts("audit.log.1", "d\n");
	logdir_puts("audit.log", "e\n");
	expect("b\nc\nd\ne\n");
	assert_int_equal(lost(), 0);
}

static void rotations_that_were_packed_meanwhile_are_read(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	expect("a\n");
	logdir_add("audit.log", "b\n");
	logdir_pack("audit.log", "audit.log.2.gz", "gzip");
	logdir_remove("audit.log");
	logdir_puts("plain", "c\n");
	logdir_pack("plain", "audit.log.1.xz", "xz");
	logdir_puts("audit.log", "d\n");
	expect("b\nc\nd\n");
	assert_int_equal(lost(), 0);
}

static void packing_a_file_that_was_read_gives_nothing_new(void **state)
{
	(void)state;
	logdir_puts("audit.log.1", "a\n");
	logdir_puts("audit.log", "b\n");
	follow("audit.log");
	expect("a\nb\n");
	/* Half written as long as the plain one is there, as gzip leaves it. */
	logdir_pack("audit.log.1", "audit.log.1.gz", "gzip");
	assert_int_equal(truncate(logdir_path("audit.log.1.gz"), 12), 0);
	expect("");
	logdir_pack("audit.log.1", "audit.log.1.gz", "gzip");
	logdir_remove("audit.log.1");
	expect("");
	logdir_add("audit.log", "c\n");
	expect("c\n");
}

static void copytruncate_loses_and_repeats_nothing(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	expect("a\n");
	logdir_add("audit.log", "b\n");
	logdir_copy("audit.log", "audit.log.1");
	logdir_truncate("audit.log");
	logdir_add("audit.log", "c\n");
	expect("b\nc\n");
	assert_int_equal(lost(), 0);
}

static void a_truncated_file_that_grew_past_the_offset_is_noticed(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	expect("a\n");
	logdir_copy("audit.log", "audit.log.1");
	logdir_truncate("audit.log");
	logdir_add("audit.log", "longer than before\nand more\n");
	expect("longer than before\nand more\n");
	assert_int_equal(lost(), 0);
}

static void a_copy_in_the_making_is_left_alone(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\nb\nc\n");
	follow("audit.log");
	expect("a\nb\nc\n");
	logdir_puts("audit.log.1", "a\nb\n");
	expect("");
	logdir_add("audit.log.1", "c\n");
	expect("");
	logdir_add("audit.log", "d\n");
	logdir_add("audit.log.1", "d\n");
	expect("d\n");
	logdir_truncate("audit.log");
	logdir_add("audit.log", "e\n");
	expect("e\n");
	assert_int_equal(lost(), 0);
}

static void a_copy_of_a_rotated_file_gives_nothing_new(void **state)
{
	(void)state;
	logdir_puts("audit.log.1", "a\nb\n");
	logdir_puts("audit.log", "c\n");
	follow("audit.log");
	expect("a\nb\nc\n");
	logdir_puts("audit.log.2", "a\n");
	expect("");
	logdir_add("audit.log.2", "b\n");
	expect("");
}

static void a_tail_that_is_completed_after_rotation_is_none(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\nhal");
	follow("audit.log");
	logdir_rename("audit.log", "audit.log.1");
	logdir_puts("audit.log", "b\n");
	expect("a\nb\n");
	assert_int_equal(source_counts(r.source)->tails, 1);
	logdir_add("audit.log.1", "f\n");
	expect("half\n");
	assert_int_equal(source_counts(r.source)->tails, 0);
	assert_int_equal(source_counts(r.source)->tail_bytes, 0);
}

static void a_file_cut_to_a_part_is_read_anew(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\nb\n");
	follow("audit.log");
	expect("a\nb\n");
	assert_int_equal(truncate(logdir_path("audit.log"), 2), 0);
	expect("a\n");
	assert_int_equal(lost(), 1);
}

static void a_first_line_that_was_never_whole_may_be_replaced(void **state)
{
	(void)state;
	logdir_puts("audit.log", "never who");
	follow("audit.log");
	logdir_truncate("audit.log");
	logdir_add("audit.log", "another line\n");
	expect("another line\n");
}

static void truncation_in_the_middle_of_a_record(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\nhal");
	follow("audit.log");
	expect("a\n");
	logdir_copy("audit.log", "audit.log.1");
	logdir_truncate("audit.log");
	logdir_add("audit.log", "f\nb\n");
	expect("f\nb\n");
	assert_int_equal(source_counts(r.source)->tails, 1);
	assert_int_equal(source_counts(r.source)->tail_bytes, 3);
}

static void truncation_without_a_copy_is_counted(void **state)
{
	char place[4200];

	(void)state;
	logdir_puts("audit.log", "a\nb\n");
	follow("audit.log");
	expect("a\nb\n");
	logdir_truncate("audit.log");
	logdir_add("audit.log", "c\n");
	expect("c\n");
	assert_int_equal(lost(), 1);
	snprintf(place, sizeof(place), "%s:4", logdir_path("audit.log"));
	assert_string_equal(source_counts(r.source)->latest_rotation_lost, place);
}

static void deletion_and_creation_start_anew(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	logdir_remove("audit.log");
	expect("a\n");
	logdir_puts("audit.log", "b\n");
	expect("b\n");
	assert_int_equal(lost(), 0);
}

static void rotations_that_were_deleted_unread_are_counted(void **state)
{
	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	expect("a\n");
	logdir_remove("audit.log");
	logdir_puts("audit.log.1", "much later\n");
	logdir_puts("audit.log", "now\n");
	expect("much later\nnow\n");
	assert_int_equal(lost(), 1);
}

static void a_file_that_vanishes_unread_is_counted(void **state)
{
	(void)state;
	logdir_puts("audit.log.1", "a\n");
	logdir_puts("audit.log", "b\n");
	reading_open(&r, logdir_path("audit.log"), true);
	logdir_remove("audit.log.1");
	expect("b\n");
	assert_int_equal(lost(), 1);
	assert_non_null(strstr(source_counts(r.source)->latest_rotation_lost, "audit.log.1:0"));
}

static void an_inode_number_that_is_used_again_is_another_file(void **state)
{
	(void)state;
	logdir_puts("audit.log.1", "a\n");
	logdir_puts("audit.log", "b\n");
	follow("audit.log");
	expect("a\nb\n");
	/* The same inode, with what a new file would hold. */
	logdir_truncate("audit.log.1");
	logdir_add("audit.log.1", "quite another log\n");
	expect("quite another log\n");
}

static void waits_for_a_folder_that_is_not_there_yet(void **state)
{
	(void)state;
	follow("x/y/audit.log");
	expect("");
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	expect("");
	assert_int_equal(mkdir(logdir_path("x/y"), 0700), 0);
	expect("");
	logdir_puts("x/y/audit.log", "a\n");
	expect("a\n");
}

static void a_folder_stands_for_its_audit_log(void **state)
{
	(void)state;
	follow("x");
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	logdir_puts("x/other.log", "no\n");
	logdir_puts("x/audit.log", "a\n");
	expect("a\n");
}

static void a_folder_that_is_replaced_is_followed(void **state)
{
	(void)state;
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	logdir_puts("x/audit.log", "a\n");
	follow("x");
	expect("a\n");
	logdir_add("x/audit.log", "b\n");
	logdir_rename("x", "old");
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	logdir_puts("x/audit.log", "c\n");
	expect("b\nc\n");
}

static void a_long_line_is_skipped_in_pieces(void **state)
{
	static char piece[100000];

	(void)state;
	memset(piece, 'x', sizeof(piece));
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	for (int i = 0; i < 8; i++) {
		logdir_append("audit.log", piece, sizeof(piece));
		expect(i == 0 ? "a\n" : "");
	}
	logdir_add("audit.log", "end\nb\n");
	expect("b\n");
	assert_int_equal(r.last.offset, 2 + 8 * sizeof(piece) + 4);
	assert_int_equal(source_counts(r.source)->lines_too_long, 1);
}

/* Nothing is due: waiting must time out. */
static void expect_quiet(void)
{
	reading_drain(&r);
	assert_int_equal(source_wait(r.source, 0, &r.err), 0);
}

static void expect_wake(void)
{
	assert_int_equal(source_wait(r.source, 5000, &r.err), 1);
}

static void waiting_wakes_for_every_kind_of_change(void **state)
{
	(void)state;
	follow("x/audit.log");
	expect_quiet();
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	expect_wake();
	expect_quiet();
	logdir_puts("x/audit.log", "a\n");
	expect_wake();
	expect("a\n");
	expect_quiet();
	logdir_add("x/audit.log", "b\n");
	expect_wake();
	expect("b\n");
	expect_quiet();
	logdir_rename("x/audit.log", "x/audit.log.1");
	expect_wake();
	expect_quiet();
	logdir_rename("x", "y");
	expect_wake();
	expect_quiet();
}

static void a_folder_that_is_removed_and_made_anew_wakes(void **state)
{
	(void)state;
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	logdir_puts("x/audit.log", "a\n");
	follow("x/audit.log");
	expect("a\n");
	logdir_remove("x/audit.log");
	assert_int_equal(rmdir(logdir_path("x")), 0);
	expect_wake();
	expect_quiet();
	assert_int_equal(mkdir(logdir_path("x"), 0700), 0);
	expect_wake();
	expect_quiet();
	logdir_puts("x/audit.log", "b\n");
	expect_wake();
	expect("b\n");
}

static void on_signal(int number)
{
	(void)number;
}

static void a_signal_ends_the_wait_even_if_it_came_before(void **state)
{
	struct sigaction act = { .sa_handler = on_signal }, old;
	sigset_t blocked, before;

	(void)state;
	logdir_puts("audit.log", "a\n");
	follow("audit.log");
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	assert_int_equal(sigaction(SIGUSR1, &act, &old), 0);
	assert_int_equal(sigprocmask(SIG_BLOCK, &blocked, &before), 0);
	assert_int_equal(raise(SIGUSR1), 0);
	assert_int_equal(source_wait(r.source, -1, &r.err), ERR_INTERRUPTED);
	assert_int_equal(sigprocmask(SIG_SETMASK, &before, NULL), 0);
	assert_int_equal(sigaction(SIGUSR1, &old, NULL), 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(catches_up_and_goes_on),
		TEST(an_incomplete_line_is_completed_later),
		TEST(a_first_line_may_grow_byte_by_byte),
		TEST(rename_rotation_reads_the_old_file_to_its_end),
		TEST(the_old_file_is_read_while_there_is_no_new_one),
		TEST(a_writer_that_keeps_the_old_file_is_heard),
		TEST(several_rotations_between_reads_are_read_in_order),
		TEST(rotations_that_were_packed_meanwhile_are_read),
		TEST(packing_a_file_that_was_read_gives_nothing_new),
		TEST(copytruncate_loses_and_repeats_nothing),
		TEST(a_truncated_file_that_grew_past_the_offset_is_noticed),
		TEST(a_copy_in_the_making_is_left_alone),
		TEST(a_copy_of_a_rotated_file_gives_nothing_new),
		TEST(a_tail_that_is_completed_after_rotation_is_none),
		TEST(a_file_cut_to_a_part_is_read_anew),
		TEST(a_first_line_that_was_never_whole_may_be_replaced),
		TEST(truncation_in_the_middle_of_a_record),
		TEST(truncation_without_a_copy_is_counted),
		TEST(deletion_and_creation_start_anew),
		TEST(rotations_that_were_deleted_unread_are_counted),
		TEST(a_file_that_vanishes_unread_is_counted),
		TEST(an_inode_number_that_is_used_again_is_another_file),
		TEST(waits_for_a_folder_that_is_not_there_yet),
		TEST(a_folder_stands_for_its_audit_log),
		TEST(a_folder_that_is_replaced_is_followed),
		TEST(a_long_line_is_skipped_in_pieces),
		TEST(waiting_wakes_for_every_kind_of_change),
		TEST(a_folder_that_is_removed_and_made_anew_wakes),
		TEST(a_signal_ends_the_wait_even_if_it_came_before),
	};

	return cmocka_run_group_tests_name("follow", tests, NULL, NULL);
}
