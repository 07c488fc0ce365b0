#include "scene.h"
#include "test.h"

#include "trail/private.h"
#include "verdict/judge.h"

#include <stdio.h>

#define COVERAGE "SELECT mechanism, actor, verdict, reason, claim_source, seen_keys FROM coverage"
#define HISTORY "SELECT since_ms - 1795456282000, verdict, reason, change FROM coverage_change " \
	"ORDER BY since_ms"
#define VERDICT "SELECT verdict, reason FROM coverage"

static void a_run_in_the_log_is_judged(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	assert_int_equal(judge_at(s, T0 + DAY), 1);
	assert_rows(s, COVERAGE, "delete_module.b64|root|proven|-|self-test|modules\n");
	assert_rows(s, "SELECT id, host, probes, seen, status, caveats, started_ms - 1795456282000, "
		    "finished_ms - 1795456282000 FROM selftest",
		    "0000000000000001|web|1|1|ok|old|0|60\n");
	assert_rows(s, "SELECT evidence = (SELECT id FROM activity) FROM coverage", "1\n");
	assert_rows(s, "SELECT selftest FROM activity", "0000000000000001\n");
	/* As nobody signed it. */
	assert_rows(s, "SELECT status, last_selftest FROM host", "warning|2026-11-23T17:51:22.000Z\n");
	store_close(s);
}

/* A host that can do none of it. */
static void a_run_that_proves_nothing_is_not_ok(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	run.event[AT_CLAIM].detail = TEXT("op=modtrail-claim v=1 run=0000000000000001 "
					  "cell=delete_module.b64/root claimed=no expect=inapplicable");
	run.event[AT_CALL].time_ms = T0 + DAY;	/* of another */
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "inapplicable|-\n");
	assert_rows(s, "SELECT status FROM selftest", "unknown\n");
	assert_rows(s, "SELECT status, failing, gaps FROM host", "unknown|0|0\n");
	store_close(s);
}

static void a_run_without_a_cell_is_not_ok(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, (struct event[]){ run.event[AT_BEGIN], run.event[AT_END] }, 2);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "");
	assert_rows(s, "SELECT status FROM selftest", "unknown\n");
	assert_rows(s, "SELECT status FROM host", "unknown\n");
	store_close(s);
}

static void what_is_not_of_a_probe_is_no_selftest(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	run.event[AT_CALL].time_ms = run.event[AT_ACTED].time_ms + 1;
	fixture_add(s, run.event, RUN_EVENTS);
	assert_rows(s, "SELECT selftest FROM activity", "-\n");
	store_close(s);
}

static void nothing_is_judged_twice(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	assert_int_equal(judge_at(s, T0 + DAY), 1);
	assert_int_equal(judge_at(s, T0 + DAY), 0);
	fixture_add(s, (struct event[]){ fixture_call(T0 + DAY, 1, 77) }, 1);
	assert_int_equal(judge_at(s, T0 + DAY), 0);
	store_close(s);
}

/* Two runs, the second silent after a change of rules: the same in any order of arrival. */
static void the_order_of_arrival_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct event events[2 * RUN_EVENTS];
	struct scene first, second;
	size_t count = 0;

	a_run(&first, '1', T0);
	a_run(&second, '2', T0 + DAY);
	for (int i = 0; i < RUN_EVENTS; i++)
		events[count++] = first.event[i];
	events[count++] = a_change(T0 + 1000, "quiet");
	for (int i = 0; i < RUN_EVENTS; i++)
		if (i != AT_CALL)
			events[count++] = second.event[i];
	for (unsigned order = 0; order < 12; order++) {
		struct store *s = fixture_open(f, STORE_WRITE);

		/* Each judged after each event, in an order that a multiplication makes. */
		for (size_t i = 0; i < count; i++) {
			fixture_add(s, &events[(i * (2 * order + 1) + order) % count], 1);
			if (order % 2)
				judge_at(s, T0 + 2 * DAY);
		}
		for (size_t i = 0; i < count; i++)
			fixture_add(s, &events[i], 1);
		judge_at(s, T0 + 2 * DAY);
		assert_rows(s, COVERAGE, "delete_module.b64|root|silent|unexplained|self-test|-\n");
		assert_rows(s, HISTORY, "0|proven|-|-\n86400000|silent|unexplained|add_rule key quiet\n");
		assert_rows(s, "SELECT id, status FROM selftest",
			    "0000000000000001|ok\n0000000000000002|critical\n");
		store_close(s);
		assert_int_equal(remove(f->path), 0);
	}
}

static void late_events_of_an_old_run_mend_its_history(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene first, second;

	a_run(&first, '1', T0);
	a_run(&second, '2', T0 + DAY);
	fixture_add(s, first.event, AT_CALL);
	fixture_add(s, first.event + AT_ACTED, 2);
	fixture_add(s, second.event, RUN_EVENTS);
	judge_at(s, T0 + 2 * DAY);
	assert_rows(s, HISTORY, "0|silent|unexplained|-\n86400000|proven|-|-\n");
	fixture_add(s, first.event + AT_CALL, 1);
	judge_at(s, T0 + 2 * DAY);
	assert_rows(s, HISTORY, "0|proven|-|-\n");
	store_close(s);
}

static void markers_by_others_than_root_prove_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	for (int i = 0; i < RUN_EVENTS; i++)
		run.event[i].uid = 1000;
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, COVERAGE, "");
	assert_rows(s, "SELECT count(*) FROM selftest", "0\n");
	assert_rows(s, "SELECT selftest FROM activity", "-\n");
	store_close(s);
}

static void a_probe_that_another_process_announced_proves_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	run.event[AT_PROBE].pid = run.event[AT_ACTED].pid = 666;
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "untested|-\n");
	store_close(s);
}

static void a_run_without_its_end_is_blind(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_CALL);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "blind|unexplained\n");
	store_close(s);
}

static void a_run_without_its_begin_has_lost_records(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event later = a_start(T0 + 5000, 90);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event + AT_CLAIM, AT_CALL - AT_CLAIM);
	fixture_add(s, run.event + AT_ACTED, 2);
	fixture_add(s, &later, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "blind|lost\n");
	store_close(s);
}

/* What its acts left is judged; the rest was not lost on its way, it was not done. */
static void a_run_that_was_killed_leaves_the_rest_untested(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event later = a_start(T0 + 5000, 90);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_PROBE);
	fixture_add(s, &later, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "untested|-\n");
	fixture_add(s, run.event + AT_PROBE, AT_END - AT_PROBE);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	store_close(s);
}

static void an_act_that_was_not_seen_is_not_excused_by_a_missing_end(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event later = a_start(T0 + 5000, 90);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_CALL);
	fixture_add(s, run.event + AT_ACTED, 1);
	fixture_add(s, &later, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "blind|unexplained\n");
	store_close(s);
}

static void rules_that_were_changed_while_it_ran_are_no_alarm(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event change = a_change(T0 + 35, "other");
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_CALL);
	fixture_add(s, run.event + AT_ACTED, 2);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	change.result = 0;	/* refused: nothing has changed */
	fixture_add(s, &change, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	change = a_change(T0 + 36, "other");
	change.serial++;
	fixture_add(s, &change, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "untested|-\n");
	store_close(s);
}

static void a_clock_that_is_set_back_hides_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	for (int i = AT_PROBE; i < RUN_EVENTS; i++)
		run.event[i].time_ms -= 600000;
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	store_close(s);
}

static void a_run_that_goes_on_waits(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_CALL);
	judge_at(s, T0 + 60000);
	assert_rows(s, VERDICT, "");
	judge_at(s, T0 + 700000);
	assert_rows(s, VERDICT, "blind|unexplained\n");
	store_close(s);
}

static void losses_while_it_ran_make_it_blind(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct store_loss loss = { .host = "web", .head = 7, .kind = LOSS_SERIAL_GAP,
					 .what = "serials", .place = "audit.log:9",
					 .time_ms = T0 + 30, .until_ms = NUM_NONE, .count = 3 };
	struct scene run;
	struct error err;

	a_run(&run, '1', T0);
	run.event[AT_CALL] = a_change(T0 - 5, "x");
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_add_loss(s, &loss, &err), 0);
	assert_int_equal(store_commit(s, &err), 0);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT verdict, reason, detail FROM coverage",
		    "blind|lost|serials (audit.log:9)\n");
	store_close(s);
}

static void a_start_of_auditd_while_it_ran_makes_it_blind(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	run.event[AT_CALL] = a_start(T0 + 40, 9000);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "blind|lost\n");
	store_close(s);
}

static void proofs_grow_old_and_are_renewed(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	judge_at(s, T0 + 2 * DAY + 1);
	assert_rows(s, "SELECT verdict, remedy FROM coverage", "stale|modtrail selftest\\x0a\n");
	assert_rows(s, "SELECT status FROM host", "warning\n");
	judge_at(s, T0 + 2 * DAY);
	assert_rows(s, "SELECT verdict, remedy FROM coverage", "proven|-\n");
	a_run(&run, '2', T0 + 3 * DAY);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + 4 * DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	assert_rows(s, HISTORY, "0|proven|-|-\n");
	store_close(s);
}

static void a_rule_under_a_wanted_key_claims_and_is_untested(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event change = a_change(T0, "modules");

	fixture_add(s, &change, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT verdict, claim_source, count(*) FROM coverage GROUP BY 1, 2",
		    "untested|CONFIG_CHANGE|27\n");
	change = a_change(T0 + 1, "modules");
	change.op = TEXT("remove_rule");
	fixture_add(s, &change, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "");
	store_close(s);
}

static void rules_under_other_keys_claim_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event change = a_change(T0, "modules2\1module");

	fixture_add(s, &change, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "");
	store_close(s);
}

static void claim(struct store *s, const char *host, const struct claim *claims, size_t count)
{
	struct error err;

	if (store_begin(s, &err) < 0 || judge_claim(s, host, claims, count, &err) < 0 ||
	    store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

static void claims_of_others_count_beside_the_hosts_own(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct claim claims[] = {
		{ .cell = { MECHANISM_RMMOD, ACTOR_ROOT }, .claimed = true, .rule = "-w /sbin/rmmod",
		  .place = { .kind = PLACE_FILE, .file = "a.rules", .line = 1 } },
	};
	struct scene run;

	claim(s, "web", claims, 1);
	judge_at(s, T0);
	assert_rows(s, "SELECT mechanism, verdict, claim_source, rule, place FROM coverage",
		    "exec.rmmod|untested|rules|-w /sbin/rmmod|a.rules:1\n");
	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT mechanism, verdict, claim_source FROM coverage ORDER BY mechanism",
		    "delete_module.b64|proven|self-test\nexec.rmmod|untested|rules\n");
	claim(s, "web", NULL, 0);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT mechanism FROM coverage", "delete_module.b64\n");
	store_close(s);
}

static void note(struct store *s, enum reason reason)
{
	const struct claim claims[] = { { .cell = { MECHANISM_DELETE_B64, ACTOR_ROOT },
					  .claimed = true, .expect = EXPECT_RECORDED } };
	const struct probe probes[] = { { .number = 1, .cells = 1, .pid = 501, .begun_ms = T0 + 30,
					  .ended_ms = T0 + 50, .result = 2, .nonce = "00c0ffee",
					  .cell = { { MECHANISM_DELETE_B64, ACTOR_ROOT } } } };
	const struct selftest_run run = { .id = "0000000000000001", .begun_ms = T0, .ended_ms = T0 + 60,
				 .keys = "modules", .probes = 1 };
	static const char caveats[1][RUN_RULE] = { "old processes" };
	struct known_run known = { "web", &run, claims, 1, probes, 1, caveats, 1,
				   { .known = true, .reason = reason } };
	struct error err;

	known.delivery.facts = (struct facts){ .fault = FAULT_SPACE_LEFT, .path = "/a b/audit.log",
					   .text = "suspend", .amount = { 7 } };
	if (store_begin(s, &err) < 0 || judge_note(s, &known, &err) < 0 ||
	    store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

/* A collector has nothing but the markers. */
static void the_log_says_how_a_host_loads_its_rules(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	run.event[AT_BEGIN].detail = TEXT("op=modtrail-begin v=1 run=0000000000000001 lost=0 "
		"enabled=1 daemon=400 probes=1 loader=auditctl keys=modules");
	run.event[AT_CLAIM].detail = TEXT("op=modtrail-claim v=1 run=0000000000000001 "
		"cell=delete_module.b64/root claimed=yes expect=silent reason=task-never "
		"where=kernel:2 detail=-a%20never,task%20@%20kernel:1");
	run.event[AT_CALL].time_ms = T0 + DAY;	/* of another */
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|task-never\n");
	assert_rows(s, "SELECT remedy LIKE '%/etc/audit/audit.rules%', "
		    "remedy LIKE '%augenrules%', remedy LIKE '%rules.d%' FROM coverage", "1|0|0\n");
	store_close(s);
}

/* What older programs wrote: the remedy follows the places, and the lock, that they told. */
static void the_places_of_an_old_run_say_how_its_host_loads_its_rules(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	run.event[AT_BEGIN].detail = TEXT("op=modtrail-begin v=1 run=0000000000000001 lost=0 "
		"enabled=2 daemon=400 probes=1 keys=modules");
	run.event[AT_CLAIM].detail = TEXT("op=modtrail-claim v=1 run=0000000000000001 "
		"cell=delete_module.b64/root claimed=yes expect=silent reason=filtered "
		"where=/etc/audit/audit.rules:2 detail=auid");
	run.event[AT_CALL].time_ms = T0 + DAY;	/* of another */
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|filtered\n");
	assert_rows(s, "SELECT remedy LIKE '# the kernel%locked (-e 2): reboot%', remedy LIKE '%>>/etc/audit/audit.rules%', "
		    "remedy LIKE '%augenrules%', remedy LIKE '%rules.d%' FROM coverage", "1|1|0|0\n");
	store_close(s);
}

static void a_note_tells_why_the_markers_are_missing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	note(s, REASON_UNEXPLAINED);
	note(s, REASON_NOT_LOGGED);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT verdict, reason, stage, fault, path, amount, detail FROM coverage",
		    "blind|not-logged|delivered|space-left|/a b/audit.log|7|7 MiB are free for /a b/audit.log, "
		    "so auditd has stopped writing (space_left_action = suspend)\n");
	assert_rows(s, "SELECT id, probes, seen, status FROM selftest",
		    "0000000000000001|1|0|critical\n");
	assert_rows(s, "SELECT caveats FROM judgement", "old processes\n");
	store_close(s);
}

static void what_arrived_counts_with_a_note(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	note(s, REASON_NOT_LOGGED);
	a_run(&run, '1', T0);
	fixture_add(s, run.event + AT_CALL, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	store_close(s);
}

static void markers_that_arrive_late_take_the_place_of_a_note(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	note(s, REASON_NOT_LOGGED);
	judge_at(s, T0 + DAY);
	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_CALL);
	fixture_add(s, run.event + AT_ACTED, 2);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	assert_rows(s, "SELECT id, caveats FROM selftest", "0000000000000001|old\n");
	store_close(s);
}

static void other_keys_answer_one_question(void **state)
{
	static const char *const keys[] = { "other", NULL };
	struct store *s = fixture_open(*state, STORE_WRITE);
	const struct judging how = { .keys = keys, .now_ms = T0 + DAY, .max_age_ms = 2 * DAY };
	struct scene run;
	struct error err;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(judge(s, &how, &err), 1);
	assert_rows(s, VERDICT, "miskeyed|other-key\n");
	store_rollback(s);
	assert_rows(s, VERDICT, "proven|-\n");
	store_close(s);
}

static void one_host_alone_can_be_judged(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct event changes[] = { a_change(T0, "modules"), a_change(T0, "modules") };

	changes[1].host = TEXT("db");
	fixture_add(s, changes, 2);
	judge_as(s, &(struct judging){ .host = "db", .now_ms = T0 + DAY, .max_age_ms = DAY });
	assert_rows(s, "SELECT DISTINCT host FROM coverage", "db\n");
	store_close(s);
}

/* The words of the views are those of the program. */
static void the_views_know_every_word(void **state)
{
	static const struct { const char *kind, *const *names; int count, first; } lists[] = {
		{ "mechanism", mechanism_names, MECHANISM_COUNT, 0 },
		{ "actor", actor_names, ACTOR_COUNT, 0 },
		{ "verdict", verdict_names, VERDICT_COUNT, 0 },
		{ "reason", reason_names, REASON_COUNT, 1 },
		{ "stage", stage_names, STAGE_COUNT, 1 },
		{ "expect", expect_names, EXPECT_COUNT, 0 },
	};
	struct store *s = fixture_open(*state, STORE_WRITE);
	char sql[200], expected[100];

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (int n = lists[i].first; n < lists[i].count; n++) {
			snprintf(sql, sizeof(sql), "SELECT word FROM word WHERE kind = '%s' AND number = %d",
				 lists[i].kind, n);
			snprintf(expected, sizeof(expected), "%s\n", lists[i].names[n]);
			assert_rows(s, sql, expected);
		}
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM word WHERE kind = '%s'", lists[i].kind);
		assert_int_equal(fixture_number(s, sql), lists[i].count - lists[i].first);
	}
	store_close(s);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_run_in_the_log_is_judged),
		TEST(what_is_not_of_a_probe_is_no_selftest),
		TEST(a_run_that_proves_nothing_is_not_ok),
		TEST(a_run_without_a_cell_is_not_ok),
		TEST(nothing_is_judged_twice),
		TEST(the_order_of_arrival_changes_nothing),
		TEST(late_events_of_an_old_run_mend_its_history),
		TEST(markers_by_others_than_root_prove_nothing),
		TEST(a_probe_that_another_process_announced_proves_nothing),
		TEST(a_run_without_its_end_is_blind),
		TEST(a_run_without_its_begin_has_lost_records),
		TEST(a_run_that_was_killed_leaves_the_rest_untested),
		TEST(an_act_that_was_not_seen_is_not_excused_by_a_missing_end),
		TEST(rules_that_were_changed_while_it_ran_are_no_alarm),
		TEST(a_clock_that_is_set_back_hides_nothing),
		TEST(a_run_that_goes_on_waits),
		TEST(losses_while_it_ran_make_it_blind),
		TEST(a_start_of_auditd_while_it_ran_makes_it_blind),
		TEST(proofs_grow_old_and_are_renewed),
		TEST(a_rule_under_a_wanted_key_claims_and_is_untested),
		TEST(rules_under_other_keys_claim_nothing),
		TEST(claims_of_others_count_beside_the_hosts_own),
		TEST(the_places_of_an_old_run_say_how_its_host_loads_its_rules),
		TEST(the_log_says_how_a_host_loads_its_rules),
		TEST(a_note_tells_why_the_markers_are_missing),
		TEST(what_arrived_counts_with_a_note),
		TEST(markers_that_arrive_late_take_the_place_of_a_note),
		TEST(other_keys_answer_one_question),
		TEST(one_host_alone_can_be_judged),
		TEST(the_views_know_every_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
