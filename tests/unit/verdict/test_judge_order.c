/* From which run each cell has its verdict, and judging while others write. */
#include "scene.h"
#include "test.h"

#include "trail/private.h"
#include "verdict/judge.h"

#include <stdio.h>

#define HISTORY "SELECT since_ms - 1795456282000, verdict, reason, change FROM coverage_change " \
	"ORDER BY since_ms"
#define VERDICT "SELECT verdict, reason FROM coverage"

/* A run that exercises one cell, and its claim of another. */
static void a_part(struct scene *run, char number, int64_t begun_ms, const char *cell, int64_t auid)
{
	static char text[4][2][200];
	char *claim = text[number % 4][0], *probe = text[number % 4][1];

	a_run(run, number, begun_ms);
	snprintf(claim, sizeof(text[0][0]), "op=modtrail-claim v=1 run=000000000000000%c "
		 "cell=delete_module.b64/root claimed=yes expect=recorded", number);
	snprintf(probe, sizeof(text[0][0]), "op=modtrail-probe v=1 run=000000000000000%c n=1 cell=%s "
		 "pid=501 nonce=00c0ffee", number, cell);
	run->event[AT_CLAIM].detail = (struct bytes){ claim, strlen(claim) };
	run->event[AT_PROBE].detail = (struct bytes){ probe, strlen(probe) };
	run->event[AT_CALL].auid = auid;
}

#define CHECKED "SELECT actor, verdict, checked_ms - 1795456282000, selftest FROM coverage ORDER BY 1"

static void a_run_of_a_part_leaves_the_rest_as_it_was(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY);
	a_part(&run, '2', T0 + DAY, "delete_module.b64/daemon", ID_UNSET);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY + 1);
	assert_rows(s, CHECKED, "daemon|proven|86400000|0000000000000002\n"
		    "root|proven|0|0000000000000001\n");
	/* As nobody signed them. */
	assert_rows(s, "SELECT last_selftest, status FROM host", "2026-11-24T17:51:22.000Z|warning\n");
	assert_rows(s, HISTORY, "0|proven|-|-\n86400000|proven|-|-\n");
	judge_at(s, T0 + 2 * DAY + 1);
	assert_rows(s, "SELECT actor, verdict FROM coverage ORDER BY 1", "daemon|proven\nroot|stale\n");
	store_close(s);
}

static void what_fails_does_so_until_it_is_exercised_again(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, AT_CALL);
	fixture_add(s, run.event + AT_ACTED, 2);
	a_part(&run, '2', T0 + DAY, "delete_module.b64/daemon", ID_UNSET);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + 4 * DAY);
	assert_rows(s, CHECKED, "daemon|stale|86400000|0000000000000002\nroot|silent|0|0000000000000001\n");
	/* That a host cannot do it is believed of a run that did something. */
	a_run(&run, '3', T0 + 2 * DAY);
	run.event[AT_CLAIM].detail = TEXT("op=modtrail-claim v=1 run=0000000000000003 "
					  "cell=delete_module.b64/root claimed=no expect=inapplicable");
	fixture_add(s, (struct event[]){ run.event[AT_BEGIN], run.event[AT_CLAIM], run.event[AT_END] }, 3);
	judge_at(s, T0 + 4 * DAY);
	assert_rows(s, "SELECT verdict FROM coverage WHERE actor = 'root'", "silent\n");
	store_close(s);
}

/* Two runs, one proven and one silent. Which is the later? */
static struct store *two_runs(struct fixture *f, int64_t proven_ms, uint64_t proven_serial,
			      int64_t silent_ms, uint64_t silent_serial)
{
	struct store *s = fixture_open(f, STORE_WRITE);
	struct scene proven, silent;

	a_run(&proven, '1', proven_ms);
	a_run(&silent, '2', silent_ms);
	for (int i = 0; i < RUN_EVENTS; i++) {
		proven.event[i].serial += proven_serial;
		silent.event[i].serial += silent_serial;
	}
	fixture_add(s, proven.event, RUN_EVENTS);
	fixture_add(s, silent.event, AT_CALL);
	fixture_add(s, silent.event + AT_ACTED, 2);
	return s;
}

static void see_serials(struct store *s, const struct serial_run *runs, size_t count)
{
	struct error err;

	if (store_begin(s, &err) < 0 || store_put_serials(s, TEXT("web"), runs, count, &err) < 0 ||
	    store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

static void a_run_from_the_future_hides_none_since(void **state)
{
	struct store *s = two_runs(*state, T0 + 3650 * DAY, 0, T0, 100);

	judge_at(s, T0 + 1000000);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	assert_rows(s, "SELECT last_selftest FROM host", "2026-11-23T17:51:22.000Z\n");
	store_close(s);
}

static void what_is_proven_in_the_future_only_is_stale(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0 + 3 * DAY);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0);
	assert_rows(s, VERDICT, "stale|-\n");
	judge_at(s, T0 + 2 * DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	store_close(s);
}

/* The clock was two hours ahead, and was set back: what follows in serials is later. */
static void serials_tell_the_order_where_the_clock_was_set_back(void **state)
{
	static const struct serial_run seen[] = { { 1, 99, T0 + 7200000, T0 + 7300000 },
						  { 100, 200, T0, T0 + 100000 } };
	struct store *s = two_runs(*state, T0 + 7200000, 0, T0, 100);

	see_serials(s, seen, 2);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	store_close(s);
}

/* The later run has the lower serials, as the host was booted. */
static void a_boot_does_not_make_a_run_older(void **state)
{
	static const struct serial_run seen[] = { { 1, 200, T0 - 100000, T0 + 100000 },
						  { 1, 99, T0 + 7200000, T0 + 7300000 } };
	struct store *s = two_runs(*state, T0 + 7200000, 0, T0, 100);

	see_serials(s, seen, 2);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "proven|-\n");
	store_close(s);
}

static void the_worse_counts_where_nobody_knows_the_order(void **state)
{
	struct fixture *f = *state;
	struct store *s = two_runs(f, T0 + 7200000, 0, T0, 100);

	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	store_close(s);
	assert_int_equal(remove(f->path), 0);
	s = two_runs(f, T0, 100, T0 + 7200000, 0);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "silent|unexplained\n");
	store_close(s);
}

static void of_a_run_that_two_began_nothing_is_proven(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	run.event[AT_BEGIN].pid = 666;
	run.event[AT_BEGIN].serial = 99;
	fixture_add(s, run.event, 1);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT verdict, reason, fault FROM coverage", "blind|unexplained|two-begins\n");
	assert_rows(s, "SELECT selftest FROM activity", "-\n");
	store_close(s);
}

static void without_its_begin_a_run_proves_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_run(&run, '1', T0);
	fixture_add(s, run.event + AT_CLAIM, RUN_EVENTS - AT_CLAIM);
	judge_at(s, T0 + DAY);
	assert_rows(s, VERDICT, "blind|lost\n");
	store_close(s);
}

static void what_is_behind_the_end_proves_nothing(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run, more;

	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	a_part(&more, '1', T0 + 100, "delete_module.b64/daemon", ID_UNSET);
	more.event[AT_PROBE].detail = TEXT("op=modtrail-probe v=1 run=0000000000000001 n=2 "
					   "cell=delete_module.b64/daemon pid=501 nonce=00c0ffee");
	more.event[AT_ACTED].detail = TEXT("op=modtrail-acted v=1 run=0000000000000001 n=2 pid=501 result=2");
	for (int i = AT_PROBE; i <= AT_ACTED; i++)
		more.event[i].serial += 50;
	fixture_add(s, more.event + AT_PROBE, AT_END - AT_PROBE);
	judge_at(s, T0 + DAY);
	assert_rows(s, "SELECT actor, verdict, probes FROM coverage ORDER BY 1", "root|proven|1\n");
	assert_rows(s, "SELECT probes FROM selftest", "1\n");
	store_close(s);
}

/* A reader goes on while somebody judges, and what it brings is judged the next time. */
static void nobody_waits_for_judging(void **state)
{
	struct fixture *f = *state;
	struct store *s = fixture_open(f, STORE_WRITE), *reader = fixture_open(f, STORE_WRITE);
	const struct judging how = { .now_ms = T0 + DAY, .max_age_ms = 2 * DAY };
	struct scene run;
	struct error err;

	store_wait_at_most(100);
	a_run(&run, '1', T0);
	fixture_add(s, run.event, RUN_EVENTS);
	assert_int_equal(judge_aside(s, &how, &err), 1);
	assert_rows(reader, "SELECT count(*) FROM cell", "0\n");
	a_run(&run, '2', T0 + 1000);
	fixture_add(reader, run.event, AT_CALL);
	fixture_add(reader, run.event + AT_ACTED, 2);
	assert_rows(s, "SELECT verdict, checked_ms - 1795456282000 FROM cell", "0|0\n");
	judge_forget(s);
	assert_rows(s, "SELECT count(*) FROM cell", "0\n");
	assert_int_equal(judge_apart(s, &how, &err), 1);
	assert_rows(reader, VERDICT, "silent|unexplained\n");
	assert_rows(reader, "SELECT id, status FROM selftest ORDER BY id",
		    "0000000000000001|ok\n0000000000000002|critical\n");
	assert_int_equal(judge_apart(s, &how, &err), 0);
	store_wait_at_most(STORE_WAIT_MAX_MS);
	store_close(reader);
	store_close(s);
}

/* Both ways come to the same trail. */
static void judging_apart_writes_what_judging_does(void **state)
{
	static const char *const tables[] = {
		"SELECT * FROM judgement ORDER BY run", "SELECT * FROM cell ORDER BY mechanism, actor",
		"SELECT * FROM cell_change ORDER BY since_ms", "SELECT host_id FROM news",
	};
	struct fixture *f = *state;
	char *rows[ARRAY_SIZE(tables)];

	for (int apart = 0; apart < 2; apart++) {
		struct store *s = two_runs(f, T0, 0, T0 + DAY, 0);
		const struct judging how = { .now_ms = T0 + DAY, .max_age_ms = 2 * DAY };
		struct event change = a_change(T0 + 1000, "quiet");
		struct error err;

		if (apart)
			assert_int_equal(judge_apart(s, &how, &err), 1);
		else
			judge_as(s, &how);
		fixture_add(s, &change, 1);
		if (apart)
			assert_int_equal(judge_apart(s, &how, &err), 1);
		else
			judge_as(s, &how);
		for (size_t i = 0; i < ARRAY_SIZE(tables); i++) {
			if (apart) {
				assert_rows(s, tables[i], rows[i]);
				free(rows[i]);
			} else {
				rows[i] = fixture_rows(s, tables[i]);
			}
		}
		store_close(s);
		assert_int_equal(remove(f->path), 0);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_run_of_a_part_leaves_the_rest_as_it_was),
		TEST(what_fails_does_so_until_it_is_exercised_again),
		TEST(a_run_from_the_future_hides_none_since),
		TEST(what_is_proven_in_the_future_only_is_stale),
		TEST(serials_tell_the_order_where_the_clock_was_set_back),
		TEST(a_boot_does_not_make_a_run_older),
		TEST(the_worse_counts_where_nobody_knows_the_order),
		TEST(of_a_run_that_two_began_nothing_is_proven),
		TEST(without_its_begin_a_run_proves_nothing),
		TEST(what_is_behind_the_end_proves_nothing),
		TEST(nobody_waits_for_judging),
		TEST(judging_apart_writes_what_judging_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
