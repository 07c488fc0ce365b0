#include "store_fixture.h"
#include "test.h"

#include "verdict/unaudited.h"

#include "base/clock.h"

#include <stdio.h>

static void assert_spans(const struct unaudited *u, const struct tick_span *spans, size_t count)
{
	assert_int_equal(u->count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(u->span[i].from, spans[i].from);
		assert_int_equal(u->span[i].to, spans[i].to);
	}
}

static void a_rule_that_came_and_went_leaves_a_span(void **state)
{
	static const struct tick_span spans[] = { { 10, 20 }, { 30, 31 } };
	struct unaudited u = { .count = 0 };

	(void)state;
	unaudited_change(&u, true, 10);
	unaudited_change(&u, false, 20);
	unaudited_change(&u, true, 30);
	unaudited_change(&u, false, 31);
	unaudited_change(&u, true, 40);	/* still there: that is not for here */
	assert_spans(&u, spans, 2);
}

static void of_two_rules_both_have_to_go(void **state)
{
	static const struct tick_span spans[] = { { 10, 40 } };
	struct unaudited u = { .count = 0 };

	(void)state;
	unaudited_change(&u, true, 10);
	unaudited_change(&u, true, 20);
	unaudited_change(&u, false, 30);
	assert_spans(&u, spans, 0);
	unaudited_change(&u, false, 40);
	assert_spans(&u, spans, 1);
}

static void a_rule_that_nobody_saw_come_was_there_from_the_boot(void **state)
{
	static const struct tick_span spans[] = { { 0, 25 } };
	struct unaudited u = { .count = 0 };

	(void)state;
	unaudited_change(&u, false, 25);
	assert_spans(&u, spans, 1);
}

static void rather_one_process_too_many_than_one_too_few(void **state)
{
	struct unaudited u = { .count = 0 };

	(void)state;
	for (uint64_t i = 0; i <= UNHEARD_SPANS; i++) {
		unaudited_change(&u, true, 10 * i + 1);
		unaudited_change(&u, false, 10 * i + 2);
	}
	assert_int_equal(u.count, UNHEARD_SPANS);
	assert_int_equal(u.span[0].from, 1);
	assert_int_equal(u.span[0].to, 2);
	assert_int_equal(u.span[UNHEARD_SPANS - 1].from, 10 * (UNHEARD_SPANS - 1) + 1);
	assert_int_equal(u.span[UNHEARD_SPANS - 1].to, 10 * UNHEARD_SPANS + 2);
}

static void add_change(struct store *s, const char *op, int list, int64_t time_ms, uint64_t serial)
{
	struct event ev = a_start(time_ms, serial);

	ev.kind = EVENT_CONFIG;
	ev.daemon = false;
	ev.op = (struct bytes){ op, strlen(op) };
	ev.list = list;
	ev.result = 1;
	fixture_add(s, &ev, 1);
}

static unsigned find(struct store *s, const char *host)
{
	struct processes found;
	struct error err;

	if (unaudited_find(&found, s, host, &err) < 0)
		fail_msg("%s", err.text);
	return found.count;
}

/* There is one process at least: this one, which was started a moment ago. */
static void the_log_says_when_and_proc_says_who(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	int64_t now = clock_ms(CLOCK_REALTIME);

	add_change(s, "add_rule", 4, now - 60000, 1);
	add_change(s, "remove_rule", 4, now + 1000, 2);
	assert_int_equal(find(s, "web"), 0);
	add_change(s, "add_rule", 1, now - 60000, 3);
	assert_int_equal(find(s, "web"), 0);
	add_change(s, "remove_rule", 1, now + 1000, 4);
	assert_true(find(s, "web") > 0);
	assert_int_equal(find(s, "db"), 0);
	store_close(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_rule_that_came_and_went_leaves_a_span),
		cmocka_unit_test(of_two_rules_both_have_to_go),
		cmocka_unit_test(a_rule_that_nobody_saw_come_was_there_from_the_boot),
		cmocka_unit_test(rather_one_process_too_many_than_one_too_few),
		cmocka_unit_test_setup_teardown(the_log_says_when_and_proc_says_who, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
