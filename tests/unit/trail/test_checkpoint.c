#include "store_fixture.h"

#include "test.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RAW 4000		/* bytes of records an event: half a page, so the WAL grows soon */
#define EVENTS 500		/* in a transaction: more than 250 pages */
#define WAL_MAX ((off_t)30 << 20)

static off_t size_of(const struct fixture *f, const char *suffix)
{
	char path[120];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", f->path, suffix);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

/* Transaction number n. */
static void add(struct store *s, int n)
{
	static char raw[RAW];
	struct event ev[EVENTS];

	memset(raw, 'x', sizeof(raw));
	for (int i = 0; i < EVENTS; i++) {
		ev[i] = fixture_call(1000 + n, (uint64_t)(n * EVENTS + i + 1), 100 + i);
		ev[i].raw = (struct bytes){ raw, sizeof(raw) };
	}
	fixture_add(s, ev, EVENTS);
}

/* The thread takes its time: what it does is waited for. */
static bool grows(const struct fixture *f, off_t from)
{
	for (int i = 0; i < 10000 && size_of(f, "") <= from; i++)
		usleep(1000);
	return size_of(f, "") > from;
}

static void what_was_committed_gets_into_the_file_meanwhile(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	off_t empty = size_of(f, "");

	store_checkpoint_in_thread(s);
	for (int n = 0; n < 6; n++)
		add(s, n);
	assert_true(grows(f, empty));
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM event"), 6 * EVENTS);
	store_close(s);
	assert_int_equal(size_of(f, "-wal"), 0);
}

static void the_wal_does_not_grow_with_what_is_written(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	off_t largest = 0;

	store_checkpoint_in_thread(s);
	for (int n = 0; n < 60; n++) {
		add(s, n);
		largest = MAX(largest, size_of(f, "-wal"));
	}
	assert_true(size_of(f, "") + size_of(f, "-wal") > 2 * WAL_MAX);
	assert_in_range(largest, 1, WAL_MAX);
	assert_rows(s, "SELECT count(*) FROM event UNION ALL SELECT * FROM pragma_integrity_check",
		    "30000\nok\n");
	store_close(s);
}

/* It keeps the WAL as it was when it began; nothing of it is lost, and nobody waits. */
static void a_reader_is_no_hindrance(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE), *reader;
	struct query *q;

	store_checkpoint_in_thread(s);
	add(s, 0);
	reader = fixture_open(f, STORE_READ);
	assert_int_equal(query_open_text(&q, reader, "SELECT id FROM event", &f->err), 0);
	assert_int_equal(query_step(q, &f->err), 1);
	for (int n = 1; n < 30; n++)
		add(s, n);
	assert_true(size_of(f, "-wal") > WAL_MAX);
	query_close(q);
	store_close(reader);
	add(s, 30);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM event"), 31 * EVENTS);
	store_close(s);
	assert_int_equal(size_of(f, "-wal"), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_was_committed_gets_into_the_file_meanwhile),
		TEST(the_wal_does_not_grow_with_what_is_written),
		TEST(a_reader_is_no_hindrance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
