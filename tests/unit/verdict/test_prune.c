/*
 * What goes with time, what stays, and that what stays means what it meant:
 * also judged anew, also after the same events came again.
 */
#include "scene.h"
#include "test.h"

#include "verdict/prune.h"

#include <stdio.h>
#include <stdlib.h>

#define NOW (T0 + 30 * DAY)
#define ACTIVITY "SELECT time_ms - 1795456282000, action, tool, command, run_id IS NOT NULL " \
	"FROM activity ORDER BY time_ms"
#define EVENTS "SELECT count(*) FROM event"
/* What an operator knows of verdicts, and what the trail knows of their history. */
#define TOLD "SELECT c.*, m.name AS host FROM cell AS c JOIN machine AS m ON m.id = c.host_id"
#define SINCE "SELECT mechanism, actor, since FROM coverage"
#define LATEST "SELECT verdict, reason, change, since_ms FROM coverage_change " \
	"ORDER BY since_ms DESC LIMIT 1"

static struct pruned prune_as(struct store *s, int64_t before_ms, bool dry)
{
	const struct pruning how = { .before_ms = before_ms, .now_ms = NOW, .dry = dry };
	struct pruned counts;
	struct error err;

	if (prune(s, &how, &counts, &err) < 0)
		fail_msg("%s", err.text);
	return counts;
}

static struct pruned prune_before(struct store *s, int64_t before_ms)
{
	return prune_as(s, before_ms, false);
}

static void what_is_older_goes_with_all_that_hangs_on_it(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct pruned p;

	fixture_add(s, (struct event[]){ fixture_exec(T0, 1, 70), fixture_call(T0 + 1, 2, 70),
					 fixture_call(T0 + DAY, 3, 71) }, 3);
	p = prune_before(s, T0 + DAY);
	assert_int_equal(p.events, 2);
	assert_int_equal(p.actions, 1);
	assert_int_equal(p.kept, 0);
	assert_rows(s, ACTIVITY, "86400000|load|modprobe|modprobe dummy|0\n");
	assert_rows(s, "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM record), "
		    "(SELECT count(*) FROM link)", "1|1|1\n");
	assert_rows(s, "SELECT name FROM host", "web\n");
	store_close(s);
}

static void a_tool_run_stays_as_long_as_one_of_its_calls(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	char *before;
	struct pruned p;

	fixture_add(s, (struct event[]){ fixture_exec(T0 - 2, 1, 70), fixture_call(T0 - 1, 2, 70),
					 fixture_call(T0 + 1, 3, 70), fixture_exec(T0 - 2, 4, 80) }, 4);
	before = fixture_rows(s, "SELECT * FROM activity WHERE pid = 70");
	p = prune_before(s, T0);
	assert_int_equal(p.events, 1);
	assert_int_equal(p.kept, 2);
	assert_rows(s, "SELECT * FROM activity", before);
	assert_rows(s, "SELECT syscalls FROM tool_run", "2\n");
	free(before);

	/* Once the last call goes, all of it does. */
	p = prune_before(s, T0 + 2);
	assert_int_equal(p.events, 3);
	assert_int_equal(fixture_number(s, EVENTS), 0);
	store_close(s);
}

static void what_stays_is_joined_as_before_when_it_is_joined_anew(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event late = fixture_call(T0 + 3001, 9, 70);
	struct event far = fixture_call(T0 + 3000, 5, 70);
	char *before;

	/* A start of auditd parts the second call from the run, and the first stays with it. */
	fixture_add(s, (struct event[]){ fixture_exec(T0 - 2, 1, 70), a_start(T0 - 1, 2),
					 fixture_call(T0 + 1, 3, 70), far, late }, 5);
	before = fixture_rows(s, ACTIVITY);
	prune_before(s, T0);
	late.records = 3;
	assert_int_equal(store_begin(s, &(struct error){ "" }), 0);
	assert_int_equal(store_replace(s, &late, &(struct error){ "" }), 0);
	assert_int_equal(store_commit(s, &(struct error){ "" }), 0);
	assert_rows(s, ACTIVITY, before);
	free(before);
	store_close(s);
}

#define ID "msg=audit(1795456282.000:1): "
#define NAME "type=KERN_MODULE " ID "name=\"dummy\"\n"
#define LOAD(pid) "type=SYSCALL " ID "arch=c000003e syscall=313 success=yes pid=" pid "\n" NAME

/* All have the same records, but for the process. */
static struct event a_load(int64_t time_ms, const char *pid)
{
	static const struct bytes raw[] = { BYTES(LOAD("11")), BYTES(LOAD("12")), BYTES(LOAD("13")),
					    BYTES(LOAD("14")) };
	struct event ev = fixture_call(time_ms, 1, atoi(pid));

	ev.raw = raw[atoi(pid) - 11];
	return ev;
}

static void what_was_pruned_does_not_come_back(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event old = a_load(T0, "11"), name = old;

	fixture_add(s, &old, 1);
	prune_before(s, T0 + 1);
	fixture_add(s, (struct event[]){ old, fixture_call(T0 + 1, 2, 70) }, 2);
	/* Nor does a piece of it, from a log that was cut there. */
	name.kind = EVENT_MODULE;
	name.has_syscall = false;
	name.raw = TEXT(NAME);
	fixture_add(s, &name, 1);
	assert_rows(s, ACTIVITY, "1|load|modprobe|modprobe dummy|0\n");
	assert_int_equal(fixture_number(s, EVENTS), 1);
	store_close(s);
}

/* A clock that was set back, or a boot that began where one of before had begun. */
static void what_is_new_is_taken_whatever_its_time(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event old = a_load(T0, "11"), other = old, new = a_load(T0, "12");

	fixture_add(s, &old, 1);
	prune_before(s, T0 + 1);
	other.host = TEXT("other");
	fixture_add(s, (struct event[]){ old, new, other, a_load(T0 + 9 * DAY, "14"), a_load(0, "13") }, 5);
	assert_rows(s, "SELECT host, time_ms - 1795456282000, pid FROM activity ORDER BY id",
		    "web|0|12\nother|0|11\nweb|777600000|14\nweb|-1795456282000|13\n");
	/* They go when they have been there as long as others. */
	assert_int_equal(prune_before(s, T0 + 8 * DAY).kept, 1);
	assert_rows(s, "SELECT pid FROM activity ORDER BY id", "14\n13\n");
	prune_before(s, T0 + 9 * DAY + 1);
	assert_int_equal(fixture_number(s, EVENTS), 0);
	store_close(s);
}

static void a_writer_that_has_the_trail_open_learns_of_it(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct store *follower = fixture_open(*state, STORE_WRITE);
	struct event old = fixture_call(T0, 1, 70);

	fixture_add(follower, &old, 1);
	prune_before(s, T0 + 1);
	fixture_add(follower, &old, 1);
	assert_int_equal(fixture_number(s, EVENTS), 0);
	store_close(follower);
	store_close(s);
}

static void the_horizon_never_goes_back(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	fixture_add(s, (struct event[]){ fixture_call(T0 + 1, 1, 70) }, 1);
	prune_before(s, T0 + DAY);
	prune_before(s, T0);
	fixture_add(s, (struct event[]){ fixture_call(T0 + 1, 1, 70) }, 1);
	assert_int_equal(fixture_number(s, EVENTS), 0);
	store_close(s);
}

static void late_records_of_what_stays_are_taken(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event run = fixture_exec(T0 - 2, 1, 70);
	const struct store_twin *known;
	struct error err;

	fixture_add(s, (struct event[]){ run, fixture_call(T0 + 1, 2, 70) }, 2);
	prune_before(s, T0);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_add(s, &run, &err), 0);
	assert_int_equal(store_twins(s, &run, &known, &err), 1);
	store_rollback(s);
	store_close(s);
}

/* Three self-tests, proven, silent after a change, and silent again. */
static void add_three_runs(struct store *s)
{
	struct event change = a_change(T0 + 1000, "quiet");
	struct scene run;

	for (int i = 0; i < 3; i++) {
		a_run(&run, (char)('1' + i), T0 + i * DAY);
		fixture_add(s, run.event, AT_CALL);
		if (i == 0)
			fixture_add(s, run.event + AT_CALL, 1);
		fixture_add(s, run.event + AT_ACTED, 2);
	}
	fixture_add(s, &change, 1);
}

static void verdicts_stay_as_they_were(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	char *told, *since, *latest;
	struct pruned p;

	add_three_runs(s);
	judge_at(s, T0 + 3 * DAY);
	told = fixture_rows(s, TOLD);
	since = fixture_rows(s, SINCE);
	latest = fixture_rows(s, LATEST);
	assert_non_null(strstr(latest, "silent|unexplained|add_rule key quiet"));
	p = prune_before(s, T0 + 20 * DAY);
	assert_int_equal(p.selftests, 1);
	assert_int_equal(p.changes, 1);
	assert_int_equal(p.kept, RUN_EVENTS - 1 + 1);	/* the last run, and the change */
	assert_rows(s, TOLD, told);
	assert_rows(s, SINCE, since);
	assert_rows(s, LATEST, latest);

	/* Everything is judged anew. */
	judge_as(s, &(struct judging){ .now_ms = T0 + 3 * DAY,
				       .keys = (const char *const[]){ "modules", NULL } });
	assert_rows(s, TOLD, told);
	assert_rows(s, SINCE, since);
	assert_rows(s, LATEST, latest);
	free(told);
	free(since);
	free(latest);
	store_close(s);
}

static void a_selftest_that_reaches_over_the_time_stays_whole(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_three_runs(s);
	judge_at(s, T0 + 4 * DAY);
	prune_before(s, T0 + DAY + 10 * AT_ACTED);	/* amid the second of three */
	judge_as(s, &(struct judging){ .now_ms = T0 + 4 * DAY,
				       .keys = (const char *const[]){ "modules", NULL } });
	assert_rows(s, "SELECT since_ms - 1795456282000, verdict, change FROM coverage_change",
		    "86400000|silent|add_rule key quiet\n");
	assert_rows(s, "SELECT id, status FROM selftest", "0000000000000001|ok\n"
		    "0000000000000002|critical\n0000000000000003|critical\n");
	store_close(s);
}

static void what_was_not_judged_yet_is_judged_first(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_three_runs(s);
	prune_before(s, T0 + 20 * DAY);
	assert_rows(s, "SELECT verdict, since_ms - 1795456282000 FROM coverage "
		    "JOIN coverage_change USING (host, mechanism, actor, verdict)",
		    "silent|86400000\n");
	store_close(s);
}

/* As a kill would leave it: the events are still there. */
static void a_selftest_that_goes_is_not_judged_from_a_part_of_it(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	const struct pruning how = { .before_ms = T0 + 20 * DAY, .now_ms = NOW };
	struct pruned counts;
	struct error err;
	char command[300];

	add_three_runs(s);
	snprintf(command, sizeof(command), "sqlite3 '%s' \"CREATE TABLE hold (id REFERENCES event); "
		 "INSERT INTO hold SELECT id FROM event\"", f->path);
	assert_int_equal(system(command), 0);
	assert_int_equal(prune(s, &how, &counts, &err), ERR_TRAIL);
	assert_rows(s, "SELECT DISTINCT run FROM marker", "0000000000000003\n");
	assert_rows(s, "SELECT count(*) FROM event WHERE kind = 5", "18\n");
	store_close(s);
}

static void what_is_stale_stays_stale_and_nothing_becomes_it(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	prune_before(s, T0 + 20 * DAY);
	assert_rows(s, "SELECT verdict FROM coverage", "proven\n");
	judge_at(s, T0 + 3 * DAY);
	prune_before(s, T0 + 20 * DAY);
	assert_rows(s, "SELECT verdict FROM coverage", "stale\n");
	store_close(s);
}

static void a_selftest_under_way_is_left_alone(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', NOW - 1000);
	fixture_add(s, run.event, AT_ACTED);
	prune_before(s, NOW);
	fixture_add(s, (struct event[]){ fixture_call(NOW, 99, 7) }, 1);
	run.event[AT_ACTED].time_ms = run.event[AT_END].time_ms = NOW + 1;
	fixture_add(s, run.event + AT_ACTED, 2);
	judge_at(s, NOW + DAY);
	assert_rows(s, "SELECT verdict FROM coverage", "proven\n");
	store_close(s);
}

static void markers_that_root_did_not_write_keep_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;
	struct pruned p;

	a_run(&run, '1', T0);
	for (int i = 0; i < RUN_EVENTS; i++)
		run.event[i].uid = 1000;
	fixture_add(s, run.event, RUN_EVENTS);
	p = prune_before(s, T0 + DAY);
	assert_int_equal(p.events, RUN_EVENTS);
	assert_int_equal(p.kept, 0);
	store_close(s);
}

static void the_rule_that_claims_are_guessed_from_stays(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event first = a_change(T0, "modules"), last = a_change(T0 + 1, "modules");
	struct pruned p;

	fixture_add(s, (struct event[]){ first, last }, 2);
	p = prune_before(s, T0 + DAY);
	assert_int_equal(p.events, 1);
	judge_as(s, &(struct judging){ .now_ms = NOW,
				       .keys = (const char *const[]){ "modules", NULL } });
	assert_rows(s, "SELECT verdict, claim_source, count(*) FROM coverage GROUP BY 1, 2",
		    "untested|CONFIG_CHANGE|27\n");
	store_close(s);
}

static void add_loss(struct store *s, const char *what, int64_t time_ms)
{
	const struct store_loss loss = { .host = "web", .head = 7, .kind = LOSS_SERIAL_GAP,
					 .what = what, .place = "audit.log:9", .time_ms = time_ms,
					 .until_ms = NUM_NONE,
					 .count = 3 };
	struct error err;

	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_add_loss(s, &loss, &err), 0);
	assert_int_equal(store_commit(s, &err), 0);
}

static void losses_go_but_those_that_a_verdict_rests_on(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct pruned p;

	add_three_runs(s);
	add_loss(s, "before", T0 + 2 * DAY - 1);
	add_loss(s, "meanwhile", T0 + 2 * DAY + 3);
	add_loss(s, "young", T0 + 25 * DAY);
	p = prune_before(s, T0 + 20 * DAY);
	assert_int_equal(p.losses, 1);
	assert_rows(s, "SELECT what FROM loss ORDER BY time_ms", "meanwhile\nyoung\n");
	assert_rows(s, "SELECT verdict FROM coverage", "blind\n");
	store_close(s);
}

static void put_serials(struct store *s, const struct serial_run *runs, size_t count)
{
	struct error err;

	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_put_serials(s, TEXT("web"), runs, count, &err), 0);
	assert_int_equal(store_commit(s, &err), 0);
}

/* One gap before the time, one across it and one behind it. */
static void gaps_between_serials_go_and_do_not_come_back(void **state)
{
	static const struct serial_run runs[] = {
		{ 1, 10, T0, T0 + 10 }, { 21, 30, T0 + 20, T0 + 30 },
		{ 41, 50, T0 + 2 * DAY, T0 + 2 * DAY + 10 }, { 61, 70, T0 + 3 * DAY, T0 + 3 * DAY },
	};
	static const char behind[] = "serial 31 to 40\nserial 51 to 60\n";
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct pruned dry, wet;

	put_serials(s, runs, ARRAY_SIZE(runs));
	assert_rows(s, "SELECT count(*) FROM loss", "3\n");
	dry = prune_as(s, T0 + DAY, true);
	assert_rows(s, "SELECT count(*) FROM loss", "3\n");
	wet = prune_before(s, T0 + DAY);
	assert_int_equal(wet.losses, 1);
	assert_int_equal(dry.losses, 1);
	assert_rows(s, "SELECT place FROM loss ORDER BY time_ms", behind);
	put_serials(s, runs, ARRAY_SIZE(runs));
	assert_rows(s, "SELECT place FROM loss ORDER BY time_ms", behind);
	wet = prune_before(s, T0 + 4 * DAY);
	assert_int_equal(wet.losses, 2);
	assert_rows(s, "SELECT count(*) FROM loss", "0\n");
	store_close(s);
}

/* While the last self-test was under way something was missing: its verdict rests on that. */
static void gaps_that_a_verdict_rests_on_stay(void **state)
{
	static const struct serial_run runs[] = {
		{ 1, 10, T0, T0 + 10 }, { 21, 30, T0 + 2 * DAY + 2, T0 + 2 * DAY + 3 },
		{ 41, 50, T0 + 3 * DAY, T0 + 3 * DAY },
	};
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_three_runs(s);
	put_serials(s, runs, ARRAY_SIZE(runs));
	prune_before(s, T0 + 20 * DAY);
	assert_rows(s, "SELECT place FROM loss ORDER BY time_ms", "serial 11 to 20\nserial 31 to 40\n");
	assert_rows(s, "SELECT verdict FROM coverage", "blind\n");
	store_close(s);
}

static void a_dry_run_counts_the_same_and_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	struct pruned dry, wet;
	char *before;

	add_three_runs(s);
	add_loss(s, "before", T0 + 2 * DAY - 1);
	judge_at(s, T0 + 3 * DAY);
	store_close(s);
	s = fixture_open(f, STORE_READ);
	before = fixture_rows(s, "SELECT * FROM event");
	dry = prune_as(s, T0 + 20 * DAY, true);
	assert_rows(s, "SELECT * FROM event", before);
	free(before);
	store_close(s);
	s = fixture_open(f, STORE_WRITE);
	assert_int_equal(fixture_number(s, "SELECT count(*) FROM horizon"), 0);
	wet = prune_before(s, T0 + 20 * DAY);
	assert_memory_equal(&dry, &wet, sizeof(dry));
	store_close(s);
}

static void many_events_go_in_more_than_one_batch(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct error err;

	assert_int_equal(store_begin(s, &err), 0);
	for (int i = 0; i < 2345; i++) {
		/* Several at one time: the place between two batches is within it. */
		struct event ev = fixture_call(T0 + i / 7, (uint64_t)i, 100 + i);

		assert_int_equal(store_add(s, &ev, &err), 1);
	}
	assert_int_equal(store_commit(s, &err), 0);
	assert_int_equal(prune_as(s, T0 + 2342 / 7, true).events, 2342 / 7 * 7);
	assert_int_equal(prune_before(s, T0 + 2342 / 7).events, 2342 / 7 * 7);
	assert_int_equal(fixture_number(s, EVENTS), 2345 - 2342 / 7 * 7);
	store_close(s);
}

static void vacuum_makes_the_file_smaller(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE);
	int64_t pages;
	struct error err;
	bool shrunk;

	assert_int_equal(store_begin(s, &err), 0);
	for (int i = 0; i < 4000; i++)
		assert_int_equal(store_add(s, (struct event[]){ fixture_call(T0 + i, 1, 7) }, &err), 1);
	assert_int_equal(store_commit(s, &err), 0);
	prune_before(s, T0 + 3990);
	pages = fixture_number(s, "SELECT page_count FROM pragma_page_count");
	assert_int_equal(store_vacuum(s, &shrunk, &err), 0);
	assert_true(shrunk);
	assert_true(fixture_number(s, "SELECT page_count FROM pragma_page_count") < pages / 2);
	assert_int_equal(fixture_number(s, EVENTS), 10);
	store_close(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_is_older_goes_with_all_that_hangs_on_it),
		TEST(a_tool_run_stays_as_long_as_one_of_its_calls),
		TEST(what_stays_is_joined_as_before_when_it_is_joined_anew),
		TEST(what_was_pruned_does_not_come_back),
		TEST(a_writer_that_has_the_trail_open_learns_of_it),
		TEST(what_is_new_is_taken_whatever_its_time),
		TEST(the_horizon_never_goes_back),
		TEST(late_records_of_what_stays_are_taken),
		TEST(verdicts_stay_as_they_were),
		TEST(a_selftest_that_reaches_over_the_time_stays_whole),
		TEST(what_was_not_judged_yet_is_judged_first),
		TEST(a_selftest_that_goes_is_not_judged_from_a_part_of_it),
		TEST(what_is_stale_stays_stale_and_nothing_becomes_it),
		TEST(a_selftest_under_way_is_left_alone),
		TEST(markers_that_root_did_not_write_keep_nothing),
		TEST(the_rule_that_claims_are_guessed_from_stays),
		TEST(losses_go_but_those_that_a_verdict_rests_on),
		TEST(gaps_between_serials_go_and_do_not_come_back),
		TEST(gaps_that_a_verdict_rests_on_stay),
		TEST(a_dry_run_counts_the_same_and_changes_nothing),
		TEST(many_events_go_in_more_than_one_batch),
		TEST(vacuum_makes_the_file_smaller),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
