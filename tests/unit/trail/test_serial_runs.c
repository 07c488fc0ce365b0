/* Runs of serials in the trail: what is a gap, and what becomes of it. */
#include "store_fixture.h"
#include "test.h"

#include <stdio.h>

#define T0 INT64_C(1795456282000)
#define GAPS "SELECT host, count, place, time_ms - 1795456282000, until_ms - 1795456282000 FROM loss " \
	"WHERE kind = 'serial gap' ORDER BY host, time_ms, place"
#define RUNS "SELECT count(*) FROM serial_run"

static struct serial_run run(int64_t first, int64_t last, int64_t from_ms, int64_t to_ms)
{
	return (struct serial_run){ first, last, T0 + from_ms, T0 + to_ms };
}

static void put(struct store *s, struct bytes host, const struct serial_run *runs, size_t count)
{
	struct error err;

	if (store_begin(s, &err) < 0 || store_put_serials(s, host, runs, count, &err) < 0 ||
	    store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

static void put_one(struct store *s, struct serial_run r)
{
	put(s, TEXT("web"), &r, 1);
}

static void what_has_no_hole_is_no_loss(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	put_one(s, run(3, 10, 0, 100));
	put_one(s, run(8, 20, 70, 200));
	put_one(s, run(21, 30, 210, 300));
	put_one(s, run(31, 40, 900000, 900100));
	assert_rows(s, GAPS, "");
	assert_int_equal(fixture_number(s, RUNS), 1);
	assert_rows(s, "SELECT name, status, losses FROM host", "web|no events|0\n");
	store_close(s);
}

static void a_gap_is_a_loss_with_its_span(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct serial_run runs[] = { run(15, 20, 5000, 5100), run(3, 10, 0, 100) };

	put(s, TEXT("web"), runs, 2);
	assert_rows(s, GAPS, "web|4|serial 11 to 14|100|5000\n");
	assert_rows(s, "SELECT time, until, kind, detail FROM loss",
		    "2026-11-23T17:51:22.100Z|2026-11-23T17:51:27.000Z|serial gap|"
		    "serials not seen (serial 11 to 14)\n");
	assert_rows(s, "SELECT losses FROM host", "1\n");
	store_close(s);
}

static void a_gap_that_is_read_later_vanishes(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	put_one(s, run(3, 10, 0, 100));
	put_one(s, run(21, 30, 400, 500));
	put_one(s, run(14, 17, 200, 300));
	assert_rows(s, GAPS, "web|3|serial 11 to 13|100|200\nweb|3|serial 18 to 20|300|400\n");
	put_one(s, run(18, 20, 310, 390));
	assert_rows(s, GAPS, "web|3|serial 11 to 13|100|200\n");
	put_one(s, run(9, 14, 90, 200));
	assert_rows(s, GAPS, "");
	assert_int_equal(fixture_number(s, RUNS), 1);
	store_close(s);
}

static void putting_it_again_changes_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct serial_run runs[] = { run(3, 10, 0, 100), run(15, 20, 5000, 5100),
					   run(3, 9, 20000, 20100) };

	for (int i = 0; i < 3; i++) {
		put(s, TEXT("web"), runs, ARRAY_SIZE(runs));
		put_one(s, run(4, 5, 10, 20));
		assert_rows(s, GAPS, "web|4|serial 11 to 14|100|5000\n");
		assert_int_equal(fixture_number(s, RUNS), 3);
	}
	store_close(s);
}

static void a_boot_is_none_even_if_it_comes_first(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	put_one(s, run(3, 500, 50000, 60000));
	put_one(s, run(4000, 5000, 0, 10000));
	put_one(s, run(2, 30, 100000, 110000));
	assert_rows(s, GAPS, "");
	put_one(s, run(700, 800, 70000, 80000));
	assert_rows(s, GAPS, "web|199|serial 501 to 699|60000|70000\n");
	store_close(s);
}

static struct event daemon_start(int64_t ms)
{
	struct event ev = a_start(T0 + ms, 9000);

	ev.op = TEXT("start");
	return ev;
}

/* Whose files were gone before they were read. */
static void a_boot_whose_beginning_is_missing_is_a_loss(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct event start = daemon_start(50000);

	put_one(s, run(3, 500, 0, 10000));
	put_one(s, run(120, 300, 60000, 70000));
	assert_rows(s, "SELECT count, detail, time_ms - 1795456282000, until_ms - 1795456282000 FROM loss",
		    "119|beginning of a boot not seen (serial 1 to 119 at most)|10000|60000\n");
	fixture_add(s, &start, 1);
	assert_rows(s, "SELECT * FROM loss", "");
	store_close(s);
}

static void the_first_boot_that_is_known_may_begin_anywhere(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	put_one(s, run(120, 300, 60000, 70000));
	put_one(s, run(310, 400, 80000, 90000));
	assert_rows(s, GAPS, "web|9|serial 301 to 309|70000|80000\n");
	store_close(s);
}

static void hosts_have_gaps_of_their_own(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct serial_run a = run(3, 10, 0, 100), b = run(21, 30, 400, 500);

	put(s, TEXT("a"), &a, 1);
	put(s, TEXT("b"), &b, 1);
	assert_rows(s, GAPS, "");
	put(s, TEXT("b"), &a, 1);
	assert_rows(s, GAPS, "b|10|serial 11 to 20|100|400\n");
	store_close(s);
}

/* Where processors write in each other's way between two commits. */
static void runs_that_cross_by_a_moment_are_of_one_boot(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct serial_run runs[] = { run(3, 10, 0, 100), run(14, 14, 104, 104),
					   run(12, 12, 108, 108), run(20, 22, 112, 120) };

	put(s, TEXT("web"), runs, ARRAY_SIZE(runs));
	assert_rows(s, "SELECT sum(count) FROM loss", "7\n");
	store_close(s);
}

static void the_newest_run_grows_and_keeps_its_gap(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	put_one(s, run(3, 10, 0, 100));
	put_one(s, run(15, 20, 5000, 5100));
	for (int i = 0; i < 5; i++)
		put_one(s, run(15, 30 + i, 5000, 6000 + i));
	assert_rows(s, GAPS, "web|4|serial 11 to 14|100|5000\n");
	put_one(s, run(3, 16, 0, 5020));
	assert_rows(s, GAPS, "");
	store_close(s);
}

enum { MANY = 5000, BATCH = 1000 };
static struct serial_run many[MANY];

static void put_many(struct store *s)
{
	for (int i = 0; i < MANY; i += BATCH)
		put(s, TEXT("web"), many + i, BATCH);
}

/* Each second event is missing. */
static void of_very_many_gaps_the_oldest_are_lumped(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	for (int i = 0; i < MANY; i++)
		many[i] = run(2 * i + 1, 2 * i + 1, 100 * i, 100 * i);
	put_many(s);
	assert_in_range(fixture_number(s, RUNS), 500, 1024);
	assert_int_equal(fixture_number(s, "SELECT sum(count) FROM loss"), MANY - 1);
	assert_rows(s, "SELECT count(*), min(time_ms) - 1795456282000 FROM loss "
		    "WHERE what = 'serials not seen, in many gaps'", "1|0\n");
	/* What is in the lump is known, and changes nothing. */
	put_one(s, run(101, 101, 5000, 5000));
	put_one(s, run(102, 102, 5050, 5050));
	assert_int_equal(fixture_number(s, "SELECT sum(count) FROM loss"), MANY - 1);
	store_close(s);
}

static void however_many_come_at_once_the_same_is_lost(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	for (int i = 0; i < MANY; i++)	/* the newest first, as they come */
		many[MANY - 1 - i] = run(2 * i + 1, 2 * i + 1, 100 * i, 100 * i);
	put(s, TEXT("web"), many, MANY);
	assert_in_range(fixture_number(s, RUNS), 500, 1024);
	assert_int_equal(fixture_number(s, "SELECT sum(count) FROM loss"), MANY - 1);
	assert_rows(s, "SELECT count(*), min(time_ms) - 1795456282000 FROM loss "
		    "WHERE what = 'serials not seen, in many gaps'", "1|0\n");
	store_close(s);
}

static void of_very_many_boots_the_oldest_are_forgotten(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	for (int i = 0; i < MANY; i++)
		many[i] = run(3, 5, 5000 * i, 5000 * i);
	put_many(s);
	assert_in_range(fixture_number(s, RUNS), 500, 1024);
	assert_rows(s, GAPS, "");
	store_close(s);
}

static void a_serial_that_no_kernel_gives_is_refused(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	const struct serial_run bad = run(0, 5, 0, 0);

	assert_int_equal(store_begin(s, &f->err), 0);
	assert_int_equal(store_put_serials(s, TEXT("web"), &bad, 1, &f->err), ERR_TRAIL);
	store_rollback(s);
	store_close(s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_has_no_hole_is_no_loss),
		TEST(a_gap_is_a_loss_with_its_span),
		TEST(a_gap_that_is_read_later_vanishes),
		TEST(putting_it_again_changes_nothing),
		TEST(a_boot_is_none_even_if_it_comes_first),
		TEST(a_boot_whose_beginning_is_missing_is_a_loss),
		TEST(the_first_boot_that_is_known_may_begin_anywhere),
		TEST(hosts_have_gaps_of_their_own),
		TEST(runs_that_cross_by_a_moment_are_of_one_boot),
		TEST(the_newest_run_grows_and_keeps_its_gap),
		TEST(of_very_many_gaps_the_oldest_are_lumped),
		TEST(however_many_come_at_once_the_same_is_lost),
		TEST(of_very_many_boots_the_oldest_are_forgotten),
		TEST(a_serial_that_no_kernel_gives_is_refused),
	};

	return cmocka_run_group_tests_name("store_serials", tests, NULL, NULL);
}
