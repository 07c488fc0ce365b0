/* Which serials were seen: what makes a run, whatever the order. */
#include "parse/serials.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#define T0 INT64_C(1795456282000)
#define HOUR INT64_C(3600000)

/* What a store would keep: runs, joined as far as they can be. */
struct kept {
	struct serial_run run[4096];
	size_t count;
};

static struct kept kept;
static size_t hosts_put;

static bool are_one(const struct serial_run *known, const struct serial_run *fresh)
{
	enum serial_tie tie = serial_run_tie(known, fresh);

	for (size_t i = 0; tie == SERIAL_NEXT && i < kept.count; i++)
		if (kept.run[i].to_ms > known->to_ms)
			return false;
	return tie != SERIAL_APART;
}

static void keep(struct serial_run run)
{
	for (size_t k = 0; k < kept.count; k++)
		if (are_one(&kept.run[k], &run)) {
			serial_run_unite(&run, &kept.run[k]);
			kept.run[k] = kept.run[--kept.count];
			keep(run);
			return;
		}
	assert_true(kept.count < ARRAY_SIZE(kept.run));
	kept.run[kept.count++] = run;
}

static int put(void *arg, struct bytes node, const struct serial_run *runs, size_t count,
	       struct error *err)
{
	const char *host = arg;

	(void)err;
	hosts_put++;
	if (host != NULL && (node.len != strlen(host) || memcmp(node.data, host, node.len) != 0))
		return 0;
	for (size_t i = 0; i < count; i++)
		keep(runs[i]);
	return 0;
}

static int compare_runs(const void *x, const void *y)
{
	const struct serial_run *a = x, *b = y;

	if (a->to_ms != b->to_ms)
		return a->to_ms < b->to_ms ? -1 : 1;
	return (a->first > b->first) - (a->first < b->first);
}

static void take(struct serials *s, const char *host)
{
	struct error err;

	assert_int_equal(serials_put(s, put, (void *)host, &err), 0);
	qsort(kept.run, kept.count, sizeof(kept.run[0]), compare_runs);
}

/* What was put so far, as "3-7 9-9 ". */
static const char *kept_text(void)
{
	static char text[4096];
	int len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < kept.count; i++)
		len += snprintf(text + len, sizeof(text) - (size_t)len, "%lld-%lld ",
				(long long)kept.run[i].first, (long long)kept.run[i].last);
	return text;
}

static int setup(void **state)
{
	kept.count = 0;
	hosts_put = 0;
	*state = serials_new();
	return *state == NULL;
}

static int teardown(void **state)
{
	serials_free(*state);
	return 0;
}

static void add(struct serials *s, int64_t time_ms, uint64_t serial)
{
	serials_add(s, (struct bytes){ NULL, 0 }, T0 + time_ms, serial);
}

static void add_range(struct serials *s, int64_t time_ms, uint64_t first, uint64_t last)
{
	for (uint64_t i = first; i <= last; i++)
		add(s, time_ms + (int64_t)(i - first), i);
}

static void expect(struct serials *s, const char *runs)
{
	take(s, NULL);
	assert_string_equal(kept_text(), runs);
}

static void what_is_seen_without_a_hole_is_one_run(void **state)
{
	add_range(*state, 0, 3, 500);
	expect(*state, "3-500 ");
	assert_int_equal(kept.run[0].from_ms, T0);
	assert_int_equal(kept.run[0].to_ms, T0 + 497);
}

static void a_hole_makes_two(void **state)
{
	add_range(*state, 0, 3, 10);
	add_range(*state, 1000, 15, 18);
	expect(*state, "3-10 15-18 ");
	assert_int_equal(kept.run[0].to_ms, T0 + 7);
	assert_int_equal(kept.run[1].from_ms, T0 + 1000);
}

static void serials_that_step_back_close_their_holes(void **state)
{
	static const uint64_t order[] = { 3, 4, 9, 7, 8, 12, 5, 11, 6, 10, 13 };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		add(*state, (int64_t)i, order[i]);
	expect(*state, "3-13 ");
}

static void a_hole_that_was_put_is_closed_later(void **state)
{
	add(*state, 0, 3);
	add(*state, 2, 5);
	expect(*state, "3-3 5-5 ");
	add(*state, 1, 4);
	add(*state, 3, 6);
	expect(*state, "3-6 ");
}

static void the_same_event_again_changes_nothing(void **state)
{
	add_range(*state, 0, 3, 10);
	add(*state, 2, 5);
	expect(*state, "3-10 ");
	add_range(*state, 0, 3, 10);
	hosts_put = 0;
	expect(*state, "3-10 ");
	assert_int_equal(hosts_put, 0);
}

static void a_boot_begins_anew(void **state)
{
	add_range(*state, 0, 3, 100);
	add_range(*state, 10000, 3, 50);
	expect(*state, "3-100 3-50 ");
	add_range(*state, 20000, 3, 200);
	expect(*state, "3-100 3-50 3-200 ");
}

static void a_call_that_waited_for_hours_is_where_the_log_has_it(void **state)
{
	add_range(*state, 0, 3, 10);
	add_range(*state, 5 * HOUR, 11, 20);
	add(*state, 100, 21);
	add_range(*state, 5 * HOUR + 10, 22, 30);
	/* and one whose neighbours are missing */
	add(*state, 200, 33);
	add_range(*state, 5 * HOUR + 1000, 36, 40);
	expect(*state, "3-30 33-33 36-40 ");
	assert_int_equal(kept.run[1].from_ms, T0 + 200);
	assert_int_equal(kept.run[1].to_ms, T0 + 5 * HOUR + 18);
}

static void an_older_part_that_is_read_later_keeps_its_time(void **state)
{
	add_range(*state, 10 * HOUR, 500, 600);
	serials_elsewhere(*state);
	add_range(*state, HOUR, 3, 400);
	expect(*state, "3-400 500-600 ");
	assert_int_equal(kept.run[0].to_ms, T0 + HOUR + 397);
	serials_elsewhere(*state);
	add_range(*state, 2 * HOUR, 401, 499);
	expect(*state, "3-499 500-600 ");	/* a pause lies there, and no hole */
}

static void an_idle_host_goes_on_where_it_was(void **state)
{
	add_range(*state, 0, 3, 10);
	take(*state, NULL);
	serials_clear(*state);
	add_range(*state, 100 * HOUR, 11, 20);
	add_range(*state, 200 * HOUR, 21, 30);
	expect(*state, "3-30 ");
}

/* 21 to 24 of the second boot are missing, and the first one ended with 24. */
static void another_boot_that_ended_there_is_not_gone_on_with(void **state)
{
	add_range(*state, 0, 3, 24);
	add_range(*state, HOUR, 3, 20);
	add_range(*state, HOUR + 100, 25, 30);
	expect(*state, "3-24 3-20 25-30 ");
	kept.count = 0;
	serials_clear(*state);
	add_range(*state, HOUR, 3, 20);
	add_range(*state, HOUR + 100, 25, 30);
	serials_elsewhere(*state);
	add_range(*state, 0, 3, 24);
	expect(*state, "3-24 3-20 25-30 ");
}

static void hosts_are_apart(void **state)
{
	for (uint64_t i = 3; i < 20; i++) {
		serials_add(*state, BYTES("web1"), T0, i);
		serials_add(*state, BYTES("web2"), T0, 1000 + i);
		serials_add(*state, (struct bytes){ NULL, 0 }, T0, 5 * i);
	}
	take(*state, "web2");
	assert_string_equal(kept_text(), "1003-1019 ");
	assert_int_equal(hosts_put, 3);
}

static void what_no_kernel_gives_is_left_out(void **state)
{
	static char name[SERIALS_NAME_MAX + 1];

	add(*state, 0, 0);
	add(*state, 0, UINT64_MAX);
	add(*state, 0, (uint64_t)SERIALS_MAX + 1);
	memset(name, 'x', sizeof(name));
	serials_add(*state, (struct bytes){ name, sizeof(name) }, T0, 5);
	expect(*state, "");
	add(*state, 0, SERIALS_MAX);
	add(*state, 1000, 1);
	expect(*state, "4294967295-4294967295 1-1 ");
}

static void times_at_both_ends_are_taken(void **state)
{
	serials_add(*state, (struct bytes){ NULL, 0 }, 0, 5);
	serials_add(*state, (struct bytes){ NULL, 0 }, (INT64_C(1) << 40) * 1000 + 999, 6);
	serials_add(*state, (struct bytes){ NULL, 0 }, 0, 7);
	expect(*state, "7-7 5-6 ");
}

/* More hosts than are kept in memory, and each comes again and again. */
static void any_number_of_hosts_is_right(void **state)
{
	enum { HOSTS = 100000, EVENTS = 3 };
	struct error err;

	for (uint64_t e = 0; e < EVENTS; e++)
		for (int h = 0; h < HOSTS; h++) {
			char name[16];
			int len = snprintf(name, sizeof(name), "h%05d", h);

			serials_add(*state, (struct bytes){ name, (size_t)len }, T0 + (int64_t)e, 3 + e);
			if (h % 5000 == 0 && serials_is_full(*state))
				assert_int_equal(serials_put(*state, put, (void *)"h04711", &err), 0);
		}
	take(*state, "h04711");
	assert_string_equal(kept_text(), "3-5 ");
	assert_int_equal(hosts_put, HOSTS * EVENTS);
}

/* A log of several boots with what may be in it; what is lost is drawn, too. */
struct event {
	int64_t time_ms;
	uint64_t serial;
};

static unsigned draw(unsigned below)
{
	static uint64_t seed = 1;

	seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)((seed >> 33) % below);
}

static size_t make_log(struct event *log, size_t size)
{
	int64_t now = 0;
	uint64_t serial = 3;
	size_t count = 0;

	while (count < size) {
		now += draw(5) * 4 + (draw(60) == 0 ? 60000 : 0);
		if (draw(400) == 0) {
			now += 10000;
			serial = 1 + draw(5);
		}
		if (draw(100) == 0)
			serial += 1 + draw(20);
		log[count++] = (struct event){ now, serial++ };
	}
	/* processors in each other's way */
	for (size_t i = 1; i < count; i++)
		if (draw(4) == 0 && log[i].time_ms - log[i - 1].time_ms < 1000) {
			struct event e = log[i];

			log[i] = log[i - 1];
			log[i - 1] = e;
		}
	return count;
}

/* Two that have a pause between them, and no hole, say the same as one. */
static void join_over_pauses(void)
{
	size_t count = 0;

	for (size_t i = 0; i < kept.count; i++)
		if (count > 0 && kept.run[i].first == kept.run[count - 1].last + 1)
			serial_run_unite(&kept.run[count - 1], &kept.run[i]);
		else
			kept.run[count++] = kept.run[i];
	kept.count = count;
}

static void the_order_of_reading_makes_no_difference(void **state)
{
	static struct event log[5000];
	static struct kept whole;
	size_t count = make_log(log, ARRAY_SIZE(log));

	for (size_t i = 0; i < count; i++)
		add(*state, log[i].time_ms, log[i].serial);
	take(*state, NULL);
	join_over_pauses();
	whole = kept;
	assert_true(whole.count > 40);
	for (int round = 0; round < 50; round++) {
		kept.count = 0;
		serials_clear(*state);
		/* Parts of any length that overlap, the first ones last, some twice. */
		for (size_t end = count, begin; end > 0; end = begin) {
			size_t len = 1 + draw(700), again = draw(3);

			begin = end > len ? end - len : 0;
			for (unsigned times = 1 + draw(2); times > 0; times--) {
				serials_elsewhere(*state);
				for (size_t i = begin > again ? begin - again : 0; i < end; i++)
					add(*state, log[i].time_ms, log[i].serial);
			}
			if (draw(2) == 0)
				take(*state, NULL);
		}
		take(*state, NULL);
		join_over_pauses();
		assert_int_equal(kept.count, whole.count);
		assert_memory_equal(kept.run, whole.run, whole.count * sizeof(whole.run[0]));
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_seen_without_a_hole_is_one_run),
		TEST(a_hole_makes_two),
		TEST(serials_that_step_back_close_their_holes),
		TEST(a_hole_that_was_put_is_closed_later),
		TEST(the_same_event_again_changes_nothing),
		TEST(a_boot_begins_anew),
		TEST(a_call_that_waited_for_hours_is_where_the_log_has_it),
		TEST(an_older_part_that_is_read_later_keeps_its_time),
		TEST(an_idle_host_goes_on_where_it_was),
		TEST(another_boot_that_ended_there_is_not_gone_on_with),
		TEST(hosts_are_apart),
		TEST(what_no_kernel_gives_is_left_out),
		TEST(times_at_both_ends_are_taken),
		TEST(any_number_of_hosts_is_right),
		TEST(the_order_of_reading_makes_no_difference),
	};

	return cmocka_run_group_tests_name("serials", tests, NULL, NULL);
}
