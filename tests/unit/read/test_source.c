/* Whole lines from files, sets, packed files and pipes, each once and in order. */
#include "logdir.h"
#include "store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Opening must fail, with these words. */
static void refuse_to(bool follow, const char *path, const char *words)
{
	struct source_options options = { .path = path, .host = "web1", .follow = follow };
	struct source *s = NULL;
	struct error err;

	assert_int_equal(source_open(&s, &options, &err), ERR_INPUT);
	assert_null(s);
	if (strstr(err.text, words) == NULL || strstr(err.text, path) == NULL)
		fail_msg("'%s' lacks '%s' or '%s'", err.text, words, path);
}

static void refuse(const char *path, const char *words)
{
	refuse_to(false, path, words);
}

static void expect(const char *path, const char *text)
{
	struct reading r = { 0 };

	reading_open(&r, path, false);
	reading_drain(&r);
	assert_read(&r, text);
	reading_close(&r);
}

/* count lines of differing lengths, up to max bytes each */
static void add_lines(struct text *t, unsigned count, unsigned max)
{
	static unsigned serial;

	for (unsigned i = 0; i < count; i++) {
		unsigned len = (serial * 7919 + 13) % max;
		char line[65536];
		int n = snprintf(line, sizeof(line), "type=TEST msg=audit(1.000:%u): ", serial++);

		memset(line + n, 'a' + (int)(serial % 26), len);
		line[n + (int)len] = '\n';
		text_add(t, line, (size_t)n + len + 1);
	}
}

static void a_file_is_read_whole(void **state)
{
	(void)state;
	logdir_puts("audit.log", "one\ntwo\n\nthree\n");
	expect(logdir_path("audit.log"), "one\ntwo\n\nthree\n");
}

static void an_empty_file_holds_nothing(void **state)
{
	(void)state;
	logdir_puts("audit.log", "");
	expect(logdir_path("audit.log"), "");
}

static void bytes_are_left_as_they_are(void **state)
{
	static const char odd[] = "a\0b\r\n\xff\x1d\n\0\n";
	struct reading r = { 0 };

	(void)state;
	logdir_write("audit.log", odd, sizeof(odd) - 1);
	reading_open(&r, logdir_path("audit.log"), false);
	reading_drain(&r);
	assert_int_equal(r.text.len, sizeof(odd) - 1);
	assert_memory_equal(r.text.data, odd, sizeof(odd) - 1);
	reading_close(&r);
}

static void a_large_file_is_read_in_large_pieces(void **state)
{
	struct text t = { 0 };
	struct reading r = { 0 };

	(void)state;
	add_lines(&t, 20000, 900);
	logdir_write("audit.log", t.data, t.len);
	reading_open(&r, logdir_path("audit.log"), false);
	assert_int_equal(source_remaining(r.source), t.len);
	reading_drain(&r);
	assert_texts_equal(&r.text, &t);
	assert_true(r.chunks <= t.len / (200 * 1024) + 1);
	assert_int_equal(source_remaining(r.source), 0);
	reading_close(&r);
	text_release(&t);
}

static void a_tail_without_newline_is_kept_back_and_counted(void **state)
{
	struct reading r = { 0 };
	char place[4200];

	(void)state;
	logdir_puts("audit.log.1", "one\ntw");
	logdir_puts("audit.log", "three\n");
	reading_open(&r, logdir_path("audit.log"), false);
	reading_drain(&r);
	assert_read(&r, "one\nthree\n");
	assert_int_equal(source_counts(r.source)->tails, 1);
	assert_int_equal(source_counts(r.source)->tail_bytes, 2);
	snprintf(place, sizeof(place), "%s:4", logdir_path("audit.log.1"));
	assert_string_equal(source_counts(r.source)->first_tail, place);
	reading_close(&r);
}

/* Reads the set of audit.log, and whether a tail was left there. */
static void expect_set(const char *path, bool follow, const char *lines, uint64_t tails)
{
	struct reading r = { 0 };

	reading_open(&r, logdir_path(path), follow);
	reading_drain(&r);
	assert_read(&r, lines);
	assert_int_equal(source_counts(r.source)->tails, tails);
	reading_close(&r);
}

#define ALL "type=0\ntype=nul\nnode=1 \ntype=o\ntype=tw\nnode=3\n"

static void a_tail_that_nothing_can_follow_is_a_line(void **state)
{
	(void)state;
	logdir_puts("plain", "type=0\ntype=nul");
	logdir_pack("plain", "audit.log.4.bz2", "bzip2");
	logdir_puts("plain", "node=1 \ntype=o");
	logdir_pack("plain", "audit.log.3.gz", "gzip");
	logdir_puts("audit.log.2", "type=tw");
	logdir_puts("audit.log.1", "node=3\ntype=4");
	logdir_puts("audit.log", "type=5\ntype=s");
	expect_set("audit.log", false, ALL "type=4\ntype=5\n", 1);
	expect_set(".", false, ALL "type=4\ntype=5\n", 1);
	expect_set("audit.log", true, ALL "type=4\ntype=5\n", 0);
	expect_set("audit.log.1", false, "node=3\ntype=4\n", 0);
	expect_set("audit.log.2", false, "type=tw\n", 0);
	expect_set("audit.log.3.gz", false, "node=1 \ntype=o\n", 0);
	/* The writer has made it and not written yet: the line before may be half. */
	logdir_puts("audit.log", "");
	expect_set("audit.log", false, ALL, 1);
	/* The rest of that line, as copytruncate leaves it. */
	logdir_puts("audit.log", "2 msg=audit(1.000:1)\n");
	expect_set("audit.log", false, ALL "2 msg=audit(1.000:1)\n", 1);
	expect_set("audit.log", true, ALL "2 msg=audit(1.000:1)\n", 1);
	logdir_remove("audit.log");
	expect_set(".", false, ALL "type=4\n", 0);
}

/* With what is read ahead, and right at the limit of a line. */
static void a_tail_may_have_any_length(void **state)
{
	static const size_t tails[] = { 1, 2, 4096, WINDOW_LINE_MAX - 1, WINDOW_LINE_MAX };
	static const size_t heads[] = { 0, 100, (size_t)6 << 20 };

	(void)state;
	for (size_t h = 0; h < ARRAY_SIZE(heads); h++)
		for (size_t i = 0; i < ARRAY_SIZE(tails); i++) {
			struct reading r = { 0 };
			struct text t = { 0 };

			while (t.len < heads[h])
				add_lines(&t, 50, 60);
			for (size_t n = 0; n < tails[i]; n++)
				text_add(&t, "x", 1);
			logdir_write("audit.log.1", t.data, t.len);
			reading_open(&r, logdir_path("audit.log.1"), false);
			reading_drain(&r);
			if (tails[i] < WINDOW_LINE_MAX)
				text_add(&t, "\n", 1);
			else
				t.len -= tails[i];	/* as long as the longest without its newline */
			assert_texts_equal(&r.text, &t);
			assert_int_equal(source_counts(r.source)->tails, 0);
			reading_close(&r);
			text_release(&t);
		}
}

/* A later source goes on right before such a line, and gives nothing but it again. */
static void a_tail_is_read_again(void **state)
{
	struct reading r = { 0 }, again = { 0 };

	(void)state;
	logdir_puts("audit.log.1", "one\ntwo\nth");
	reading_open(&r, logdir_path("audit.log.1"), false);
	reading_drain(&r);
	assert_read(&r, "one\ntwo\nth\n");
	assert_int_equal(source_checkpoint(r.source, r.last.file, r.last.offset + r.last.len,
					   &again.known[0]), 1);
	assert_int_equal(again.known[0].offset, 8);
	again.known_len = 1;
	reading_close(&r);
	reading_open(&again, logdir_path("audit.log.1"), false);
	reading_drain(&again);
	assert_read(&again, "th\n");
	reading_close(&again);
}

/* A line of len bytes with its newline, between two others. */
static void long_line(size_t len, bool kept)
{
	struct text t = { 0 }, expected = { 0 };
	struct reading r = { 0 };
	char *line = malloc(len);

	assert_non_null(line);
	memset(line, 'x', len);
	line[len - 1] = '\n';
	text_add(&t, "before\n", 7);
	text_add(&t, line, len);
	text_add(&t, "after\n", 6);
	text_add(&expected, "before\n", 7);
	if (kept)
		text_add(&expected, line, len);
	text_add(&expected, "after\n", 6);
	logdir_write("audit.log", t.data, t.len);
	reading_open(&r, logdir_path("audit.log"), false);
	reading_drain(&r);
	assert_texts_equal(&r.text, &expected);
	assert_int_equal(r.last.offset + r.last.len, t.len);
	assert_int_equal(source_counts(r.source)->lines_too_long, !kept);
	if (!kept)
		assert_non_null(strstr(source_counts(r.source)->first_too_long, "audit.log:7"));
	assert_int_equal(source_counts(r.source)->tails, 0);
	reading_close(&r);
	text_release(&t);
	text_release(&expected);
	free(line);
}

static void lines_up_to_the_limit_are_kept(void **state)
{
	(void)state;
	long_line(WINDOW_LINE_MAX - 1, true);
	long_line(WINDOW_LINE_MAX, true);
}

static void longer_lines_are_skipped_whole(void **state)
{
	(void)state;
	long_line(WINDOW_LINE_MAX + 1, false);
	long_line(2 * WINDOW_LINE_MAX + 17, false);
	long_line(3 * WINDOW_SIZE, false);
}

static void a_long_line_at_either_end_is_skipped(void **state)
{
	struct text t = { 0 };
	struct reading r = { 0 };

	(void)state;
	t.data = malloc(t.size = 4 * WINDOW_LINE_MAX);
	assert_non_null(t.data);
	memset(t.data, 'x', t.size);
	t.len = 2 * WINDOW_LINE_MAX;
	text_add(&t, "\nbetween\n", 9);
	t.len += WINDOW_LINE_MAX + 5;
	logdir_write("audit.log", t.data, t.len);
	reading_open(&r, logdir_path("audit.log"), false);
	reading_drain(&r);
	assert_read(&r, "between\n");
	assert_int_equal(source_counts(r.source)->lines_too_long, 2);
	assert_int_equal(source_counts(r.source)->tails, 0);
	reading_close(&r);
	text_release(&t);
}

static void rotated_files_come_oldest_first(void **state)
{
	(void)state;
	logdir_puts("audit.log", "newest\n");
	logdir_puts("audit.log.1", "d1\n");
	logdir_puts("audit.log.2", "c2\n");
	logdir_puts("audit.log.9", "b9\n");
	logdir_puts("audit.log.10", "a10\n");
	logdir_puts("audit.log.bak", "no rotation\n");
	logdir_puts("audit.logs", "another\n");
	logdir_puts("xaudit.log.1", "another\n");
	expect(logdir_path("audit.log"), "a10\nb9\nc2\nd1\nnewest\n");
}

static void dated_files_come_oldest_first(void **state)
{
	(void)state;
	logdir_puts("audit.log", "newest\n");
	logdir_puts("audit.log-20261123", "c\n");
	logdir_puts("audit.log-20251231", "a\n");
	logdir_puts("plain", "b\n");
	logdir_pack("plain", "audit.log-20260101.gz", "gzip");
	expect(logdir_path("audit.log"), "a\nb\nc\nnewest\n");
}

static void packed_files_are_read_as_what_they_contain(void **state)
{
	(void)state;
	logdir_puts("4", "four\n");
	logdir_puts("3", "three\n");
	logdir_puts("2", "two\n");
	logdir_pack("4", "audit.log.4.gz", "gzip");
	logdir_pack("3", "audit.log.3.xz", "xz");
	logdir_pack("2", "audit.log.2.zst", "zstd");
	logdir_puts("audit.log.1.gz", "one: packed by name only\n");
	logdir_pack("2", "audit.log", "gzip");
	expect(logdir_path("audit.log"), "four\nthree\ntwo\none: packed by name only\n");
	expect(logdir_path("audit.log.3.xz"), "three\n");
}

static void a_packed_file_of_many_reads_is_whole(void **state)
{
	static const char *const how[] = { "gzip", "bzip2", "xz", "zstd" };
	struct text t = { 0 };

	(void)state;
	add_lines(&t, 4000, 1500);
	logdir_write("plain", t.data, t.len);
	for (size_t i = 0; i < ARRAY_SIZE(how); i++) {
		struct reading r = { 0 };

		logdir_pack("plain", "a.log.1", how[i]);
		reading_open(&r, logdir_path("a.log.1"), false);
		reading_drain(&r);
		assert_texts_equal(&r.text, &t);
		assert_true(r.last.file->compressed);
		reading_close(&r);
	}
	text_release(&t);
}

static void an_empty_packed_file_holds_nothing(void **state)
{
	(void)state;
	logdir_puts("plain", "");
	logdir_pack("plain", "audit.log.1.gz", "gzip");
	logdir_puts("audit.log", "one\n");
	expect(logdir_path("audit.log"), "one\n");
}

static void a_truncated_packed_file_gives_what_there_is(void **state)
{
	struct text t = { 0 };
	struct reading r = { 0 };
	struct stat st;

	(void)state;
	add_lines(&t, 4000, 1500);
	logdir_write("plain", t.data, t.len);
	logdir_pack("plain", "audit.log.1.gz", "gzip");
	assert_int_equal(stat(logdir_path("audit.log.1.gz"), &st), 0);
	assert_int_equal(truncate(logdir_path("audit.log.1.gz"), st.st_size - 100), 0);
	logdir_puts("audit.log", "goes on\n");
	reading_open(&r, logdir_path("audit.log"), false);
	assert_int_equal(reading_until_stop(&r), ERR_INPUT);
	assert_non_null(strstr(r.err.text, logdir_path("audit.log.1.gz")));
	assert_true(r.text.len + 70000 > t.len && r.text.len < t.len);
	assert_memory_equal(r.text.data, t.data, r.text.len);
	r.text.len = 0;
	reading_drain(&r);
	assert_read(&r, "goes on\n");
	reading_close(&r);
	text_release(&t);
}

static void a_damaged_first_line_is_told(void **state)
{
	struct reading r = { 0 };
	struct stat st;

	(void)state;
	logdir_puts("plain", "one\n");
	logdir_pack("plain", "a.log.gz", "gzip");
	assert_int_equal(stat(logdir_path("a.log.gz"), &st), 0);
	assert_int_equal(truncate(logdir_path("a.log.gz"), st.st_size - 10), 0);
	reading_open(&r, logdir_path("a.log.gz"), false);
	assert_int_equal(reading_until_stop(&r), ERR_INPUT);
	assert_non_null(strstr(r.err.text, logdir_path("a.log.gz")));
	reading_drain(&r);
	reading_close(&r);
}

static void a_rotation_packed_and_not_is_read_once(void **state)
{
	(void)state;
	logdir_puts("audit.log.1", "one\n");
	logdir_pack("audit.log.1", "audit.log.1.gz", "gzip");
	logdir_puts("audit.log", "two\n");
	expect(logdir_path("audit.log"), "one\ntwo\n");
}

static void a_rotated_file_is_read_alone(void **state)
{
	(void)state;
	logdir_puts("audit.log", "newest\n");
	logdir_puts("audit.log.1", "one\n");
	logdir_puts("audit.log.2", "two\n");
	expect(logdir_path("audit.log.1"), "one\n");
}

static void a_folder_gives_each_set(void **state)
{
	(void)state;
	logdir_puts("web2.log", "web2\n");
	logdir_puts("web1.log", "web1 b\n");
	logdir_puts("web1.log.1", "web1 a\n");
	logdir_puts("audit.log.1", "audit, rotated only\n");
	logdir_puts("README", "no log\n");
	assert_int_equal(mkdir(logdir_path("old.log"), 0700), 0);
	expect(logdir_path(""), "audit, rotated only\nweb1 a\nweb1 b\nweb2\n");
}

static void links_are_followed(void **state)
{
	(void)state;
	assert_int_equal(mkdir(logdir_path("real"), 0700), 0);
	logdir_puts("real/audit.log", "b\n");
	logdir_puts("real/audit.log.1", "a\n");
	assert_int_equal(symlink("real", logdir_path("folder")), 0);
	assert_int_equal(symlink("real/audit.log", logdir_path("file")), 0);
	expect(logdir_path("folder"), "a\nb\n");
	expect(logdir_path("file"), "a\nb\n");
}

static void a_folder_without_logs_is_refused(void **state)
{
	(void)state;
	logdir_puts("messages", "no log\n");
	refuse(logdir_path(""), "no audit logs in");
	refuse(logdir_path(""), "expected audit.log, audit.log.1 ...");
}

static void what_cannot_be_read_is_refused(void **state)
{
	(void)state;
	refuse(logdir_path("missing.log"), "No such file");
	refuse("/dev/null", "neither a file nor a folder");
	assert_int_equal(mkfifo(logdir_path("fifo.log"), 0600), 0);
	refuse(logdir_path("fifo.log"), "neither a file nor a folder");
	logdir_puts("file", "x\n");
	refuse(logdir_path("file/audit.log"), "Not a directory");
}

static void a_forbidden_file_is_named_and_the_rest_is_read(void **state)
{
	struct reading r = { 0 };

	(void)state;
	if (geteuid() == 0)
		skip();
	logdir_puts("audit.log.2", "a\n");
	logdir_puts("audit.log.1", "b\n");
	logdir_puts("audit.log", "c\n");
	assert_int_equal(chmod(logdir_path("audit.log.1"), 0), 0);
	refuse(logdir_path("audit.log.1"), "Permission denied");
	reading_open(&r, logdir_path("audit.log"), false);
	assert_int_equal(reading_until_stop(&r), ERR_INPUT);
	assert_non_null(strstr(r.err.text, logdir_path("audit.log.1")));
	reading_drain(&r);
	assert_read(&r, "a\nc\n");
	reading_close(&r);
}

static void what_may_not_be_followed_is_refused(void **state)
{
	const char *log = logdir_path("audit.log");

	(void)state;
	logdir_puts("audit.log", "a\n");
	assert_int_equal(chmod(log, 0), 0);
	assert_int_equal(chmod(logdir_path(""), 0755), 0);
	fixture_drop_rights();
	refuse_to(true, log, "Permission denied: a group of this user must");
	refuse_to(true, logdir_path(""), "log_group in /etc/audit/auditd.conf");
	fixture_regain_rights();
	assert_int_equal(chmod(logdir_path(""), 0700), 0);
	if (geteuid() == 0) {
		fixture_drop_rights();
		refuse_to(true, log, "Permission denied: a group of this user must");
		fixture_regain_rights();
	}
	logdir_remove("audit.log");
	assert_int_equal(mkdir(log, 0700), 0);
	refuse_to(true, logdir_path(""), "is a folder");
}

static void a_log_that_is_awaited_is_named(void **state)
{
	struct reading r = { 0 };

	(void)state;
	reading_open(&r, logdir_path(""), true);
	assert_string_equal(source_awaited(r.source), logdir_path("audit.log"));
	reading_close(&r);
	reading_open(&r, logdir_path("none/other.log"), true);
	assert_string_equal(source_awaited(r.source), logdir_path("none/other.log"));
	reading_close(&r);
	logdir_puts("audit.log", "a\n");
	reading_open(&r, logdir_path("audit.log"), true);
	assert_null(source_awaited(r.source));
	reading_close(&r);
}

/* Rotation between listing and opening: the file goes by another name now. */
static void a_set_that_rotates_while_it_is_read_is_read_once(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_puts("audit.log.1", "a\n");
	logdir_puts("audit.log", "b\n");
	reading_open(&r, logdir_path("audit.log"), false);
	logdir_rename("audit.log.1", "audit.log.2");
	logdir_rename("audit.log", "audit.log.1");
	logdir_puts("audit.log", "c\n");
	reading_drain(&r);
	assert_read(&r, "a\nb\nc\n");
	reading_close(&r);
}

static void a_file_that_vanishes_is_named(void **state)
{
	struct reading r = { 0 };

	(void)state;
	logdir_puts("audit.log.1", "a\n");
	logdir_puts("audit.log", "b\n");
	reading_open(&r, logdir_path("audit.log"), false);
	logdir_remove("audit.log.1");
	assert_int_equal(reading_until_stop(&r), ERR_INPUT);
	assert_non_null(strstr(r.err.text, "vanished"));
	reading_drain(&r);
	assert_read(&r, "b\n");
	reading_close(&r);
}

/* Feeds standard input in pieces of size bytes and reads after each. */
static void pipe_in_pieces(const struct text *t, size_t size)
{
	struct reading r = { 0 };
	int ends[2], saved = dup(STDIN_FILENO);

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	reading_open(&r, "-", false);
	assert_int_equal(source_remaining(r.source), -1);
	for (size_t done = 0; done < t->len; done += size) {
		size_t n = MIN(size, t->len - done);

		assert_int_equal(write(ends[1], t->data + done, n), n);
		/* A read waits for a whole line: only then is one due. */
		if (memchr(t->data + done, '\n', n) != NULL) {
			struct chunk c;

			assert_int_equal(source_next(r.source, &r.window, &c, &r.err), 1);
			text_add(&r.text, window_at(&r.window, c.at), c.len);
			r.last = c;
			r.chunks++;
		}
	}
	close(ends[1]);
	reading_drain(&r);
	assert_int_equal(r.text.len, t->len + 1);
	assert_memory_equal(r.text.data, t->data, t->len);
	assert_int_equal(r.text.data[t->len], '\n');
	assert_int_equal(source_counts(r.source)->tails, 0);
	reading_close(&r);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

static void standard_input_is_read_for_any_split(void **state)
{
	struct text t = { 0 };

	(void)state;
	add_lines(&t, 50, 60);
	text_add(&t, "tail", 4);
	for (size_t size = 1; size < 150; size++)
		pipe_in_pieces(&t, size);
	text_release(&t);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, logdir_setup, logdir_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_file_is_read_whole),
		TEST(an_empty_file_holds_nothing),
		TEST(bytes_are_left_as_they_are),
		TEST(a_large_file_is_read_in_large_pieces),
		TEST(a_tail_without_newline_is_kept_back_and_counted),
		TEST(a_tail_that_nothing_can_follow_is_a_line),
		TEST(a_tail_may_have_any_length),
		TEST(a_tail_is_read_again),
		TEST(lines_up_to_the_limit_are_kept),
		TEST(longer_lines_are_skipped_whole),
		TEST(a_long_line_at_either_end_is_skipped),
		TEST(rotated_files_come_oldest_first),
		TEST(dated_files_come_oldest_first),
		TEST(packed_files_are_read_as_what_they_contain),
		TEST(a_packed_file_of_many_reads_is_whole),
		TEST(an_empty_packed_file_holds_nothing),
		TEST(a_truncated_packed_file_gives_what_there_is),
		TEST(a_damaged_first_line_is_told),
		TEST(a_rotation_packed_and_not_is_read_once),
		TEST(a_rotated_file_is_read_alone),
		TEST(a_folder_gives_each_set),
		TEST(links_are_followed),
		TEST(a_folder_without_logs_is_refused),
		TEST(what_cannot_be_read_is_refused),
		TEST(a_forbidden_file_is_named_and_the_rest_is_read),
		TEST(what_may_not_be_followed_is_refused),
		TEST(a_log_that_is_awaited_is_named),
		TEST(a_set_that_rotates_while_it_is_read_is_read_once),
		TEST(a_file_that_vanishes_is_named),
		TEST(standard_input_is_read_for_any_split),
	};

	return cmocka_run_group_tests_name("source", tests, NULL, NULL);
}
