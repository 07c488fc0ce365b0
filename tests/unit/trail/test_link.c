#include "store_fixture.h"

#include "parse/correlate.h"
#include "trail/private.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RUNS "SELECT a.serial, r.serial, a.tool, a.module, a.module_source, a.origin " \
	"FROM activity AS a LEFT JOIN tool_run AS r ON r.id = a.run_id ORDER BY a.serial"

static void must(int rc, const struct error *err)
{
	if (rc < 0)
		fail_msg("%s", err->text);
}

static void a_call_joins_its_tool_run(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 6, 42) };

	fixture_add(s, events, 2);
	assert_rows(s, RUNS, "6|5|modprobe|dummy|kernel|interactive\n");
	assert_rows(s, "SELECT tool, modules, syscalls, actions FROM tool_run", "modprobe|dummy|1|1\n");
	assert_rows(s, "SELECT command, cwd FROM activity", "modprobe dummy|/root\n");
	store_close(s);
}

static void a_tool_run_that_comes_late_is_joined(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event exec = fixture_exec(1000, 5, 42), call = fixture_call(1100, 6, 42);

	fixture_add(s, &call, 1);
	assert_rows(s, RUNS, "6|-|modprobe|dummy|kernel|interactive\n");
	fixture_add(s, &exec, 1);
	assert_rows(s, RUNS, "6|5|modprobe|dummy|kernel|interactive\n");
	store_close(s);
}

static void a_tool_run_in_between_takes_over(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 7, 42), fixture_call(1100, 9, 42) };
	struct event between = fixture_exec(1100, 8, 42);

	fixture_add(s, events, 3);
	assert_rows(s, "SELECT serial, syscalls FROM tool_run", "5|2\n");
	fixture_add(s, &between, 1);
	assert_rows(s, "SELECT serial, syscalls FROM tool_run ORDER BY serial", "5|1\n8|1\n");
	store_close(s);
}

static void a_name_is_inferred_for_the_last_load(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 6, 42) };
	struct event next = fixture_call(1200, 7, 42);

	events[1].module = next.module = (struct bytes){ NULL, 0 };
	events[1].module_source = next.module_source = NAME_NONE;
	fixture_add(s, events, 2);
	assert_rows(s, RUNS, "6|5|modprobe|dummy|argv|interactive\n");
	fixture_add(s, &next, 1);
	assert_rows(s, RUNS, "6|5|modprobe|-|-|interactive\n7|5|modprobe|dummy|argv|interactive\n");
	store_close(s);
}

static void a_start_of_auditd_that_comes_late_parts(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(9000, 6, 42) };
	struct event start = a_start(5000, 1), other = a_start(5000, 2);

	fixture_add(s, events, 2);
	other.host = TEXT("db");
	fixture_add(s, &other, 1);
	assert_rows(s, "SELECT syscalls FROM tool_run", "1\n");
	fixture_add(s, &start, 1);
	assert_rows(s, "SELECT syscalls FROM tool_run", "0\n");
	assert_rows(s, "SELECT action, serial FROM activity ORDER BY serial",
		    "attempt|5\nload|6\n");
	store_close(s);
}

static void replacing_an_exec_joins_anew(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 6, 42) };

	fixture_add(s, events, 2);
	events[0].pid = 43;
	must(store_begin(s, &f->err), &f->err);
	must(store_replace(s, &events[0], &f->err), &f->err);
	must(store_commit(s, &f->err), &f->err);
	assert_rows(s, "SELECT serial, run_id FROM activity ORDER BY serial", "5|-\n6|-\n");
	events[0].pid = 42;
	must(store_begin(s, &f->err), &f->err);
	must(store_replace(s, &events[0], &f->err), &f->err);
	must(store_commit(s, &f->err), &f->err);
	assert_rows(s, RUNS, "6|5|modprobe|dummy|kernel|interactive\n");
	store_close(s);
}

static void what_is_no_step_any_more_loses_its_link(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct event ev = fixture_call(1000, 5, 42);

	fixture_add(s, &ev, 1);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM link"), 1);
	ev.pid = NUM_NONE;
	must(store_begin(s, &f->err), &f->err);
	must(store_replace(s, &ev, &f->err), &f->err);
	must(store_commit(s, &f->err), &f->err);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM link"), 0);
	store_close(s);
}

static void hosts_and_pids_are_kept_apart(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, 42), fixture_call(1100, 6, 43), fixture_call(1100, 7, 42) };

	events[2].host = TEXT("db");
	fixture_add(s, events, 3);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM activity WHERE run_id NOTNULL"), 0);
	store_close(s);
}

/* The texts of a transaction's steps are remembered up to a bound. */
static void steps_with_long_command_lines_are_joined_all_the_same(void **state)
{
	enum { LONG = 700 * 1000, RUNS_OF = 4 };
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[2 * RUNS_OF];
	char *argv = calloc(1, LONG);

	assert_non_null(argv);
	strcpy(argv, "modprobe");
	memset(argv + 9, 'x', LONG - 10);
	for (int i = 0; i < RUNS_OF; i++) {
		events[2 * i] = fixture_exec(1000, (uint64_t)(10 + 2 * i), 42 + i);
		events[2 * i].argv = (struct bytes){ argv, LONG };
		events[2 * i + 1] = fixture_call(1100, (uint64_t)(11 + 2 * i), 42 + i);
	}
	fixture_add(s, events, ARRAY_SIZE(events));
	assert_rows(s, "SELECT a.serial, r.serial FROM activity AS a JOIN tool_run AS r "
		    "ON r.id = a.run_id ORDER BY a.serial", "11|10\n13|12\n15|14\n17|16\n");
	free(argv);
	store_close(s);
}

static void events_without_a_pid_are_not_joined(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = { fixture_exec(1000, 5, NUM_NONE), fixture_call(1100, 6, NUM_NONE) };

	fixture_add(s, events, 2);
	assert_rows(s, "SELECT serial, run_id, origin FROM activity ORDER BY serial",
		    "5|-|unknown\n6|-|unknown\n");
	store_close(s);
}

/* A statement is prepared when it is first needed. */
static bool was_asked(const struct store *s)
{
	return s->query[sql_link_others].q != NULL;
}

static void the_trail_is_asked_only_for_what_it_may_have(void **state)
{
	const int64_t now = 1795456282976;
	struct store *s = fixture_open(*state, STORE_WRITE), *other = fixture_open(*state, STORE_WRITE);
	struct event first[] = { fixture_exec(now, 1, 42), fixture_call(now + 5, 2, 42) };
	struct event next[] = { fixture_exec(now + 9, 3, 43), fixture_call(now + 9, 4, 43) };
	struct event later = fixture_exec(now + CORRELATE_SPAN_MS + 3000, 5, 42);
	struct event again = fixture_call(now + 20, 6, 43);
	struct event elsewhere = fixture_call(now + 21, 7, 43);

	fixture_add(s, first, 2);
	fixture_add(s, next, 2);
	fixture_add(s, &later, 1);
	assert_false(was_asked(s));
	fixture_add(s, &again, 1);
	assert_true(was_asked(s));
	assert_false(was_asked(other));
	fixture_add(other, &elsewhere, 1);
	assert_true(was_asked(other));
	assert_rows(s, "SELECT serial, syscalls FROM tool_run ORDER BY serial", "1|1\n3|3\n5|0\n");
	store_close(s);
	store_close(other);
}

static void times_at_the_ends_of_their_type_are_borne(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event events[] = {
		fixture_exec(INT64_MAX - 1, 5, 42), fixture_call(INT64_MAX, UINT64_MAX, 42),
		fixture_exec(INT64_MIN, 5, 42), fixture_call(INT64_MIN + 1, 6, 42), a_start(INT64_MAX, 1),
	};

	fixture_add(s, events, ARRAY_SIZE(events));
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM activity WHERE run_id NOTNULL"), 2);
	assert_rows(s, "SELECT time FROM activity", "-\n-\n");
	store_close(s);
}

/*
 * The same events in any order, in any transactions, more than once, some of
 * them first in another shape and then replaced: the same trail.
 */
#define EVENTS 60
#define ROUNDS 60
#define CONNECTIONS 2

static unsigned seed;

static unsigned dice(unsigned sides)
{
	seed = seed * 1103515245u + 12345u;
	return (seed >> 16) % sides;
}

/* Close in time and on few pids, so that each depends on many others. */
static void invent(struct event *events)
{
	static const int64_t gaps[] = { 0, 1, 900, 3000, 70 * 1000, CORRELATE_SPAN_MS - 500,
					CORRELATE_SPAN_MS };
	int64_t time_ms = 1795456282976;

	for (unsigned i = 0; i < EVENTS; i++) {
		unsigned kind = dice(10);
		int64_t pid = 42 + dice(2);

		time_ms += gaps[dice(ARRAY_SIZE(gaps))] / (1 + dice(3));
		events[i] = kind == 0 ? a_start(time_ms, i) : kind < 4 ? fixture_exec(time_ms, i, pid)
								       : fixture_call(time_ms, i, pid);
		if (dice(3) == 0)
			events[i].host = TEXT("db");
		if (kind == 0)
			continue;
		events[i].ppid = 10 + dice(2);
		if (dice(2) && kind >= 4) {
			events[i].module = (struct bytes){ NULL, 0 };
			events[i].module_source = NAME_NONE;
			events[i].call = dice(2) ? CALL_INIT : CALL_DELETE;
		}
	}
}

static void shuffle(struct event *events)
{
	for (unsigned i = EVENTS - 1; i > 0; i--) {
		unsigned k = dice(i + 1);
		struct event kept = events[i];

		events[i] = events[k];
		events[k] = kept;
	}
}

static void add_or_replace(struct store *s, const struct event *ev)
{
	struct event piece = *ev;
	struct error err;
	int rc;

	if (dice(4) == 0) {
		piece.pid = 44;
		piece.raw = TEXT("piece\n");
		must(rc = store_add(s, &piece, &err), &err);
		if (rc == 1 && dice(2)) {
			must(store_commit(s, &err), &err);
			must(store_begin(s, &err), &err);
		}
		must(store_replace(s, ev, &err), &err);
	} else {
		must(store_add(s, ev, &err), &err);
	}
}

/* By several connections: none knows what the others have added. */
static void add_somehow(struct store *stores[CONNECTIONS], struct event *events)
{
	struct store *s = stores[0];
	struct error err;

	must(store_begin(s, &err), &err);
	for (unsigned i = 0; i < EVENTS; i++) {
		add_or_replace(s, &events[i]);
		if (dice(8) == 0)
			add_or_replace(s, &events[dice(i + 1)]);
		if (dice(5) == 0) {
			must(store_commit(s, &err), &err);
			s = stores[dice(CONNECTIONS)];
			must(store_begin(s, &err), &err);
		}
	}
	must(store_commit(s, &err), &err);
}

/* Everything but the ids, which are the order of arrival. */
static char *dump(struct store *s)
{
	return fixture_rows(s,
		"SELECT m.name, e.time_ms, e.serial, e.kind, e.pid, e.ppid, e.call, e.module, q.raw, "
		"	l.origin, l.calls, l.tool, l.module, l.module_source, r.serial, r.time_ms "
		"FROM event AS e JOIN machine AS m ON m.id = e.host_id "
		"JOIN record AS q ON q.event_id = e.id "
		"LEFT JOIN link AS l ON l.event_id = e.id LEFT JOIN event AS r ON r.id = l.run_id "
		"ORDER BY m.name, e.time_ms, e.serial, e.daemon");
}

static void the_order_of_arrival_makes_no_difference(void **state)
{
	struct fixture *f = *state;
	struct event events[EVENTS];
	struct store *s, *stores[CONNECTIONS];
	char *expected, *got;

	for (unsigned round = 0; round < ROUNDS; round++) {
		seed = round / 4;	/* each set in four orders */
		unlink(f->path);
		s = fixture_open(f, STORE_WRITE);
		invent(events);
		fixture_add(s, events, EVENTS);
		expected = dump(s);
		store_close(s);

		unlink(f->path);
		for (unsigned i = 0; i < CONNECTIONS; i++)
			stores[i] = fixture_open(f, STORE_WRITE);
		seed = 1000 + round;
		shuffle(events);
		add_somehow(stores, events);
		got = dump(stores[0]);
		for (unsigned i = 0; i < CONNECTIONS; i++)
			store_close(stores[i]);
		assert_string_equal(got, expected);
		free(got);
		free(expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
		TEST(a_call_joins_its_tool_run),
		TEST(a_tool_run_that_comes_late_is_joined),
		TEST(a_tool_run_in_between_takes_over),
		TEST(a_name_is_inferred_for_the_last_load),
		TEST(a_start_of_auditd_that_comes_late_parts),
		TEST(replacing_an_exec_joins_anew),
		TEST(what_is_no_step_any_more_loses_its_link),
		TEST(hosts_and_pids_are_kept_apart),
		TEST(steps_with_long_command_lines_are_joined_all_the_same),
		TEST(events_without_a_pid_are_not_joined),
		TEST(the_trail_is_asked_only_for_what_it_may_have),
		TEST(times_at_the_ends_of_their_type_are_borne),
		TEST(the_order_of_arrival_makes_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
