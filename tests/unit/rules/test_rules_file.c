/* What is named as a file of rules and is none, or does not end; and pipes, which do. */
#include "test.h"

#include "base/clock.h"
#include "rules/rules.h"
#include "scratch.h"

#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define WATCH "-w /etc/shadow -p wa -k identity\n"

static struct error err;
static char full[PATH_MAX];

static const char *in(const char *root, const char *name)
{
	snprintf(full, sizeof(full), "%s/%s", root, name);
	return full;
}

/* Returns how many rules are read, or the error. */
static int read_rules_of(const char *path)
{
	struct ruleset set;
	struct paths paths;
	int rc;

	paths_init(&paths, false);
	ruleset_init(&set);
	rc = rules_read(&set, path, &paths, &err);
	if (rc == 0)
		rc = (int)set.loaded.count;
	ruleset_release(&set);
	paths_release(&paths);
	return rc;
}

static void assert_refused(const char *path, const char *words)
{
	int64_t began = clock_ms(CLOCK_MONOTONIC);

	assert_int_equal(read_rules_of(path), ERR_INPUT);
	if (strstr(err.text, path) == NULL || strstr(err.text, words) == NULL)
		fail_msg("'%s' and '%s' are not in: %s", path, words, err.text);
	assert_true(clock_ms(CLOCK_MONOTONIC) - began < 20000);
}

struct writer {
	char path[PATH_MAX];
	unsigned wait_ms;
	const char *text;
	bool endless;
};

static void *write_to_it(void *arg)
{
	const struct writer *w = arg;
	int fd;

	usleep(w->wait_ms * 1000);
	fd = open(w->path, O_WRONLY | O_CLOEXEC);
	do {
		usleep(w->endless ? 0 : w->wait_ms * 1000);
	} while (write(fd, w->text, strlen(w->text)) > 0 && w->endless);
	close(fd);
	return NULL;
}

/* What comes of a named pipe that somebody writes to. */
static int read_pipe(const char *root, struct writer w)
{
	pthread_t thread;
	int rc;

	snprintf(w.path, sizeof(w.path), "%s", in(root, "pipe"));
	assert_int_equal(mkfifo(w.path, 0600), 0);
	assert_int_equal(pthread_create(&thread, NULL, write_to_it, &w), 0);
	rc = read_rules_of(w.path);
	pthread_join(thread, NULL);
	assert_int_equal(unlink(w.path), 0);
	return rc;
}

static void a_device_without_an_end_is_refused(void **state)
{
	(void)state;
	assert_refused("/dev/zero", "name a file as auditctl -R reads it");
	assert_refused("/dev/urandom", "name a file as auditctl -R reads it");
	assert_int_equal(read_rules_of("/dev/null"), 0);
}

static void a_pipe_that_nobody_writes_to_is_refused(void **state)
{
	assert_int_equal(mkfifo(in(*state, "pipe"), 0600), 0);
	assert_refused(full, "nobody writes to this pipe");
	assert_int_equal(mkdir(in(*state, "rules.d"), 0700), 0);
	assert_int_equal(mkfifo(in(*state, "rules.d/1.rules"), 0600), 0);
	assert_int_equal(read_rules_of(in(*state, "rules.d")), ERR_INPUT);
	assert_non_null(strstr(err.text, "rules.d/1.rules"));
}

static void a_pipe_that_ends_is_read(void **state)
{
	struct writer late = { .wait_ms = 300, .text = WATCH }, silent = { .text = "" };
	int ends[2];
	char path[64];

	assert_int_equal(read_pipe(*state, late), 1);
	assert_int_equal(read_pipe(*state, silent), 0);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], WATCH, sizeof(WATCH) - 1), sizeof(WATCH) - 1);
	close(ends[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(read_rules_of(path), 1);
	assert_int_equal(read_rules_of(path), 0);	/* empty, and its writer is gone */
	close(ends[0]);
}

static void an_endless_pipe_is_refused(void **state)
{
	struct writer endless = { .text = WATCH, .endless = true };

	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(read_pipe(*state, endless), ERR_INPUT);
	assert_non_null(strstr(err.text, "more than"));
}

static void write_lines(const char *path, const char *line, size_t count)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	for (size_t i = 0; i < count; i++)
		fputs(line, f);
	assert_int_equal(fclose(f), 0);
}

static void more_than_rules_ever_are_is_refused(void **state)
{
	write_lines(in(*state, "long"), "xxxxxxxxxx", 1000000);
	assert_refused(full, "more than");
	write_lines(in(*state, "many"), "\n", 10001);
	assert_refused(full, "more than");
	write_lines(in(*state, "enough"), "\n", 10000);
	assert_int_equal(read_rules_of(full), 0);
	assert_int_equal(mkdir(in(*state, "rules.d"), 0700), 0);
	write_lines(in(*state, "rules.d/1.rules"), "\n", 6000);
	write_lines(in(*state, "rules.d/2.rules"), "\n", 6000);
	assert_refused(in(*state, "rules.d"), "more than");
}

static void a_folder_with_too_many_files_is_refused(void **state)
{
	char name[64];

	assert_int_equal(mkdir(in(*state, "rules.d"), 0700), 0);
	for (unsigned i = 0; i < 3000; i++) {
		snprintf(name, sizeof(name), "rules.d/%u.%s", i, i < 1000 ? "rules" : "txt");
		write_lines(in(*state, name), "", 0);
	}
	assert_int_equal(read_rules_of(in(*state, "rules.d")), 0);
	write_lines(in(*state, "rules.d/x.rules"), "", 0);
	assert_refused(in(*state, "rules.d"), "more than 1000 files of rules");
}

static void thousands_of_rules_are_read_in_good_time(void **state)
{
	FILE *f = fopen(in(*state, "many"), "w");
	int64_t began = clock_ms(CLOCK_PROCESS_CPUTIME_ID);

	assert_non_null(f);
	for (unsigned i = 0; i < 9000; i++)
		fprintf(f, "-w /srv/%u -p wa\n", i);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(read_rules_of(full), 9000);
	assert_true(clock_ms(CLOCK_PROCESS_CPUTIME_ID) - began < 60000);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_device_without_an_end_is_refused),
		TEST(a_pipe_that_nobody_writes_to_is_refused),
		TEST(a_pipe_that_ends_is_read),
		TEST(an_endless_pipe_is_refused),
		TEST(more_than_rules_ever_are_is_refused),
		TEST(a_folder_with_too_many_files_is_refused),
		TEST(thousands_of_rules_are_read_in_good_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
