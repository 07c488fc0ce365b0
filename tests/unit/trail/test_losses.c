/* What the view loss makes of auditd's own records and of the kernel's counter. */
#include "store_fixture.h"
#include "test.h"

#define T0 INT64_C(1795456282000)
#define LOSSES "SELECT kind, count, detail, time_ms - 1795456282000, until_ms - 1795456282000 " \
	"FROM loss ORDER BY until_ms, kind"

static struct event daemon_event(int64_t ms, const char *op, const char *raw)
{
	return (struct event){
		.host = TEXT("web"), .time_ms = T0 + ms, .serial = (uint64_t)(9000 + ms % 1000),
		.daemon = true, .kind = EVENT_DAEMON, .call = CALL_NONE, .pid = 87, .ppid = NUM_NONE,
		.auid = ID_UNSET, .uid = 0, .euid = NUM_NONE, .gid = NUM_NONE, .ses = NUM_NONE,
		.list = NUM_NONE, .result = NUM_NONE, .op = { op, strlen(op) },
		.raw = { raw, strlen(raw) }, .records = 1,
	};
}

static struct event start(int64_t ms)
{
	return daemon_event(ms, "start", "type=DAEMON_START msg=audit(1.000:1): op=start\n");
}

static struct event end(int64_t ms)
{
	return daemon_event(ms, "terminate", "type=DAEMON_END msg=audit(1.000:1): op=terminate\n");
}

static struct event marker(int64_t ms, const char *text, int64_t uid)
{
	struct event ev = start(ms);

	ev.kind = EVENT_MARKER;
	ev.daemon = false;
	ev.uid = uid;
	ev.op = TEXT("modtrail-begin");
	ev.detail = (struct bytes){ text, strlen(text) };
	return ev;
}

#define BEGIN(lost) "op=modtrail-begin v=1 run=0000000000000001 lost=" lost " enabled=1 daemon=87 probes=2"
#define END(lost) "op=modtrail-end v=1 run=0000000000000001 lost=" lost " enabled=1 daemon=87 acted=2"

static struct event reset(int64_t ms, const char *detail)
{
	struct event ev = start(ms);

	ev.kind = EVENT_CONFIG;
	ev.daemon = false;
	ev.op = TEXT("set");
	ev.detail = (struct bytes){ detail, strlen(detail) };
	return ev;
}

static void expect(struct fixture *f, const struct event *events, size_t count, const char *rows)
{
	struct store *s = fixture_open(f, STORE_WRITE);

	fixture_add(s, events, count);
	assert_rows(s, LOSSES, rows);
	store_close(s);
}

static void one_start_and_one_end_are_no_loss(void **state)
{
	const struct event events[] = { start(1000), end(9000) };

	expect(*state, events, ARRAY_SIZE(events), "");
}

static void between_end_and_start_auditd_was_stopped(void **state)
{
	const struct event events[] = { start(20000), end(9000), start(1000) };

	expect(*state, events, ARRAY_SIZE(events),
	       "daemon restart|1|auditd was stopped (process 87 began)|9000|20000\n");
}

static void a_start_after_a_start_was_killed_before(void **state)
{
	const struct event events[] = { start(1000), fixture_call(T0 + 7000, 5, 100), start(20000) };

	expect(*state, events, ARRAY_SIZE(events),
	       "daemon restart|1|auditd was killed (process 87 began)|7000|20000\n");
}

static void the_serials_say_until_when_a_killed_auditd_wrote(void **state)
{
	const struct event events[] = { start(1000), start(20000) };
	const struct serial_run runs[] = { { 3, 10, T0 + 1100, T0 + 8000 },
					   { 15, 20, T0 + 20100, T0 + 21000 } };
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);

	fixture_add(s, events, ARRAY_SIZE(events));
	assert_int_equal(store_begin(s, &f->err), 0);
	assert_int_equal(store_put_serials(s, TEXT("web"), runs, 2, &f->err), 0);
	assert_int_equal(store_commit(s, &f->err), 0);
	assert_rows(s, LOSSES,
		    "daemon restart|1|auditd was killed (process 87 began)|8000|20000\n"
		    "serial gap|4|serials not seen (serial 11 to 14)|8000|20100\n");
	store_close(s);
}

static void an_abort_is_told_from_a_stop(void **state)
{
	const struct event events[] = {
		start(1000),
		daemon_event(5000, "error-halt", "type=DAEMON_ABORT msg=audit(1.000:1): op=error-halt\n"),
		start(20000),
	};

	expect(*state, events, ARRAY_SIZE(events),
	       "daemon restart|1|auditd broke off (process 87 began)|5000|20000\n");
}

static void a_rotation_is_no_end(void **state)
{
	const struct event events[] = {
		start(1000),
		daemon_event(5000, "rotate-logs", "type=DAEMON_ROTATE msg=audit(1.000:1): op=rotate-logs\n"),
		end(9000),
	};

	expect(*state, events, ARRAY_SIZE(events), "");
}

static void a_counter_that_went_up_in_a_self_test_is_a_loss(void **state)
{
	const struct event events[] = { marker(1000, BEGIN("7"), 0), marker(6000, END("19"), 0),
					marker(8000, END("19"), 0) };

	expect(*state, events, ARRAY_SIZE(events),
	       "kernel lost counter|7|records refused by the kernel (before its counter was first "
	       "read, at 7)|1000|1000\n"
	       "kernel lost counter|12|records refused by the kernel (its counter went from 7 to 19)"
	       "|1000|6000\n");
}

static void a_counter_that_began_anew_counts_from_nothing(void **state)
{
	const struct event events[] = { marker(1000, BEGIN("0"), 0), marker(2000, END("50"), 0),
					marker(90000, BEGIN("5"), 0) };

	expect(*state, events, ARRAY_SIZE(events),
	       "kernel lost counter|50|records refused by the kernel (its counter went from 0 to 50)"
	       "|1000|2000\n"
	       "kernel lost counter|5|records refused by the kernel (its counter went from 50 to 5)"
	       "|2000|90000\n");
}

static void only_roots_counter_is_believed(void **state)
{
	const struct event events[] = { marker(1000, BEGIN("7"), 1000), marker(6000, END("19"), NUM_NONE) };

	expect(*state, events, ARRAY_SIZE(events), "");
}

static void a_reset_tells_what_the_counter_was(void **state)
{
	const struct event events[] = {
		marker(1000, BEGIN("2"), 0), reset(3000, "op=set lost=0 old=619"),
		marker(5000, BEGIN("620"), 0), reset(7000, "op=set lost=0 old=0"),
		reset(8000, "op=set audit_enabled=1 old=1"),
	};

	expect(*state, events, ARRAY_SIZE(events),
	       "kernel lost counter|2|records refused by the kernel (before its counter was first "
	       "read, at 2)|1000|1000\n"
	       "kernel lost counter|617|records refused by the kernel (its counter went from 2 to 619)"
	       "|1000|3000\n"
	       "kernel lost counter|620|records refused by the kernel (its counter went from 0 to 620)"
	       "|3000|5000\n");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_start_and_one_end_are_no_loss),
		TEST(between_end_and_start_auditd_was_stopped),
		TEST(a_start_after_a_start_was_killed_before),
		TEST(the_serials_say_until_when_a_killed_auditd_wrote),
		TEST(an_abort_is_told_from_a_stop),
		TEST(a_rotation_is_no_end),
		TEST(a_counter_that_went_up_in_a_self_test_is_a_loss),
		TEST(a_counter_that_began_anew_counts_from_nothing),
		TEST(only_roots_counter_is_believed),
		TEST(a_reset_tells_what_the_counter_was),
	};

	return cmocka_run_group_tests_name("losses", tests, NULL, NULL);
}
