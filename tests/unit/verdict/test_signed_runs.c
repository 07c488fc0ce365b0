/* Whose word counts: runs that a host signed, and those that somebody forged. */
#include "scene.h"
#include "test.h"

#include "model/signature.h"
#include "report/verdict.h"
#include "trail/host_key.h"

#include <stdio.h>

#define VERDICT "SELECT verdict, reason FROM coverage"
#define RUNS "SELECT id, status, signature FROM selftest ORDER BY started_ms, id"
#define STATUS "SELECT status FROM host WHERE name = 'web'"
#define ACTS "SELECT selftest FROM activity ORDER BY time_ms"
#define RUN_1 "0000000000000001"
#define RUN_2 "0000000000000002"
#define HOUR (DAY / 24)

static struct signing_key own, others;

static int setup(void **state)
{
	signing_key_make(&own, (const unsigned char[KEY_SEED]){ 1 }, BYTES("web"));
	signing_key_make(&others, (const unsigned char[KEY_SEED]){ 2 }, BYTES("web"));
	return fixture_setup(state);
}

static void sign(struct scene *s, int i, const struct signing_key *key)
{
	struct event *ev = &s->event[i];
	struct marker_text m = { .room = MARKER_FIELDS };

	m.len = ev->detail.len;
	memcpy(m.text, ev->detail.data, m.len);
	m.text[m.len] = '\0';
	marker_sign(&m, key, ev->pid, ev->time_ms);
	assert_true(m.len < sizeof(s->text[i]));
	memcpy(s->text[i], m.text, m.len + 1);
	ev->detail = (struct bytes){ s->text[i], m.len };
}

static void a_signed_run(struct scene *s, char number, int64_t begun_ms, const struct signing_key *key)
{
	a_run(s, number, begun_ms);
	for (int i = 0; i < RUN_EVENTS; i++)
		if (i != AT_CALL)
			sign(s, i, key);
}

/* key NULL: unsigned. */
static void add_run(struct store *s, char number, int64_t begun_ms, const struct signing_key *key)
{
	struct scene run;

	if (key != NULL)
		a_signed_run(&run, number, begun_ms, key);
	else
		a_run(&run, number, begun_ms);
	fixture_add(s, run.event, RUN_EVENTS);
}

static void trust(struct store *s, const char *host, const char *key, enum trust how, int64_t since_ms)
{
	struct error err;

	if (store_begin(s, &err) < 0 || store_trust_key(s, host, key, how, since_ms, &err) < 0 ||
	    store_commit(s, &err) < 0)
		fail_msg("%s", err.text);
}

static enum check status(struct store *s, bool accept_unsigned)
{
	const struct verdict_query what = { .all = true, .accept_unsigned = accept_unsigned };
	struct verdict_counts t;
	struct error err;

	if (report_count(&t, s, &what, &err) < 0)
		fail_msg("%s", err.text);
	return verdict_counts_check(&t);
}

static void a_run_that_its_host_signed_counts(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_run(s, '1', T0, &own);
	judge_at(s, T0 + HOUR);
	assert_rows(s, VERDICT, "proven|-\n");
	assert_rows(s, RUNS, RUN_1 "|ok|good\n");
	assert_rows(s, STATUS, "ok\n");
	assert_rows(s, ACTS, RUN_1 "\n");
	assert_rows(s, "SELECT host, length(key_id), length(public_key), trust FROM selftest_key",
		    "web|12|43|first use\n");
	store_close(s);
}

/* As all were before there were signatures. */
static void an_unsigned_run_is_judged_and_no_more_than_a_warning(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_run(s, '1', T0, NULL);
	judge_at(s, T0 + HOUR);
	assert_rows(s, VERDICT, "proven|-\n");
	assert_rows(s, RUNS, RUN_1 "|ok|unsigned\n");
	assert_rows(s, STATUS, "warning\n");
	assert_rows(s, ACTS, RUN_1 "\n");
	assert_int_equal(status(s, false), CHECK_WARNING);
	assert_int_equal(status(s, true), CHECK_OK);
	store_close(s);
}

/* In any order of arrival. */
static void of_a_host_that_signs_no_unsigned_run_counts(void **state)
{
	for (int order = 0; order < 2; order++) {
		struct store *s = fixture_open(*state, STORE_WRITE);

		add_run(s, order ? '2' : '1', order ? T0 + HOUR : T0, order ? NULL : &own);
		add_run(s, order ? '1' : '2', order ? T0 : T0 + HOUR, order ? &own : NULL);
		judge_at(s, T0 + 2 * HOUR);
		assert_rows(s, RUNS, RUN_1 "|ok|good\n" RUN_2 "|unknown|unsigned\n");
		assert_rows(s, "SELECT checked_ms FROM coverage", "1795456282000\n");
		assert_rows(s, STATUS, "warning\n");
		assert_int_equal(status(s, true), CHECK_WARNING);
		/* What it says it did is somebody's act. */
		assert_rows(s, ACTS, RUN_1 "\n-\n");
		add_run(s, '3', T0 + 3 * HOUR, &own);
		judge_at(s, T0 + 4 * HOUR);
		assert_rows(s, STATUS, "ok\n");
		store_close(s);
		unlink(((struct fixture *)*state)->path);
	}
}

/* Also if it was judged before anybody knew. */
static void what_was_judged_of_an_unsigned_run_goes_when_the_host_signs(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	add_run(s, '2', T0 + HOUR, NULL);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, RUNS, RUN_2 "|ok|unsigned\n");
	a_signed_run(&run, '1', T0, &own);
	run.event[AT_CALL].keys = (struct bytes){ NULL, 0 };
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, RUNS, RUN_1 "|critical|good\n" RUN_2 "|unknown|unsigned\n");
	assert_rows(s, VERDICT, "miskeyed|other-key\n");
	assert_rows(s, "SELECT verdict, selftest FROM coverage_change", "miskeyed|" RUN_1 "\n");
	assert_rows(s, STATUS, "critical\n");
	store_close(s);
}

/* A signed self-test of a part leaves the rest as nobody knows whose word it is. */
static void what_is_from_an_unsigned_run_stays_doubted(void **state)
{
	static const char probe[] = "op=modtrail-probe v=1 run=" RUN_2 " n=1 cell=delete_module.b64/daemon "
		"pid=501 nonce=00c0ffee";
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	add_run(s, '1', T0, NULL);
	a_run(&run, '2', T0 + HOUR);
	run.event[AT_PROBE].detail = TEXT(probe);
	run.event[AT_CALL].auid = ID_UNSET;
	for (int i = 0; i < RUN_EVENTS; i++)
		if (i != AT_CALL)
			sign(&run, i, &own);
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, "SELECT actor, verdict, selftest FROM coverage ORDER BY 1",
		    "daemon|proven|" RUN_2 "\nroot|proven|" RUN_1 "\n");
	assert_rows(s, STATUS, "warning\n");
	assert_int_equal(status(s, false), CHECK_WARNING);
	assert_int_equal(status(s, true), CHECK_OK);
	store_close(s);
}

/* By a process of the same number, within the time that a signature is good for. */
static void a_begin_that_is_sent_again_casts_no_doubt(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;
	struct event again;

	a_signed_run(&run, '1', T0, &own);
	fixture_add(s, run.event, RUN_EVENTS);
	again = run.event[AT_BEGIN];
	again.serial = 100;
	again.time_ms += 1000;
	fixture_add(s, &again, 1);
	judge_at(s, T0 + HOUR);
	assert_rows(s, "SELECT sum(accepted) FROM marker WHERE word = 1", "2\n");
	assert_rows(s, VERDICT, "proven|-\n");
	assert_rows(s, STATUS, "ok\n");
	assert_rows(s, ACTS, RUN_1 "\n");
	store_close(s);
}

static void judging_beside_others_forgets_what_does_not_count(void **state)
{
	const struct judging how = { .now_ms = T0 + 2 * HOUR, .max_age_ms = 2 * DAY };
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct error err;

	add_run(s, '1', T0, &others);
	add_run(s, '2', T0 + HOUR, &own);
	assert_int_equal(judge_apart(s, &how, &err), 1);
	assert_rows(s, RUNS, RUN_1 "|ok|good\n" RUN_2 "|unknown|foreign\n");
	trust(s, "web", own.text, TRUST_GIVEN, T0 + DAY);
	assert_int_equal(judge_apart(s, &how, &err), 1);
	assert_rows(s, RUNS, RUN_1 "|unknown|foreign\n" RUN_2 "|ok|good\n");
	assert_rows(s, "SELECT selftest FROM coverage_change", RUN_2 "\n");
	store_close(s);
}

/* From before the host signed: they are its history. */
static void unsigned_runs_of_before_stay(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_run(s, '1', T0, NULL);
	judge_at(s, T0 + HOUR);
	add_run(s, '2', T0 + HOUR, &own);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, RUNS, RUN_1 "|ok|unsigned\n" RUN_2 "|ok|good\n");
	assert_rows(s, STATUS, "ok\n");
	assert_rows(s, ACTS, RUN_1 "\n" RUN_2 "\n");
	assert_rows(s, "SELECT since FROM coverage", "2026-11-23T17:51:22.000Z\n");
	store_close(s);
}

static void a_run_by_another_key_proves_nothing_until_it_is_accepted(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	char key[KEY_TEXT];
	struct error err;

	add_run(s, '1', T0, &own);
	add_run(s, '2', T0 + HOUR, &others);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, RUNS, RUN_1 "|ok|good\n" RUN_2 "|unknown|foreign\n");
	assert_rows(s, ACTS, RUN_1 "\n-\n");
	assert_rows(s, STATUS, "warning\n");
	assert_rows(s, "SELECT trust FROM selftest_key ORDER BY first_seen", "first use\n-\n");

	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_accept_key(s, "web", NULL, key, &err), 0);
	assert_string_equal(key, others.text);
	assert_int_equal(store_commit(s, &err), 0);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, RUNS, RUN_1 "|ok|good\n" RUN_2 "|ok|good\n");
	assert_rows(s, ACTS, RUN_1 "\n" RUN_2 "\n");
	assert_rows(s, STATUS, "ok\n");
	/* What the old key signs from now on is nobody's. */
	add_run(s, '3', T0 + 3 * HOUR, &own);
	judge_at(s, T0 + 4 * HOUR);
	assert_rows(s, STATUS, "warning\n");
	assert_rows(s, "SELECT signature FROM selftest WHERE id LIKE '%3'", "foreign\n");
	store_close(s);
}

static void one_of_several_keys_is_accepted_by_name(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct signing_key third;
	char key[KEY_TEXT];
	struct error err;

	signing_key_make(&third, (const unsigned char[KEY_SEED]){ 3 }, BYTES("web"));
	add_run(s, '1', T0, &own);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_accept_key(s, "web", NULL, key, &err), ERR_INPUT);
	assert_int_equal(store_accept_key(s, "nobody", NULL, key, &err), ERR_INPUT);
	store_rollback(s);
	add_run(s, '2', T0 + HOUR, &others);
	add_run(s, '3', T0 + 2 * HOUR, &third);
	assert_int_equal(store_begin(s, &err), 0);
	assert_int_equal(store_accept_key(s, "web", NULL, key, &err), ERR_INPUT);
	assert_non_null(strstr(err.text, "by several keys"));
	assert_int_equal(store_accept_key(s, "web", "?", key, &err), ERR_INPUT);
	assert_int_equal(store_accept_key(s, "web", third.text, key, &err), 0);
	assert_string_equal(key, third.text);
	assert_int_equal(store_commit(s, &err), 0);
	judge_at(s, T0 + 3 * HOUR);
	assert_rows(s, "SELECT signature FROM selftest ORDER BY id", "good\nforeign\ngood\n");
	store_close(s);
}

/* Its word and its signature, in another's log. */
static void what_another_host_signed_says_nothing_here(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	add_run(s, '1', T0, &own);
	a_signed_run(&run, '1', T0, &own);
	for (int i = 0; i < RUN_EVENTS; i++)
		run.event[i].host = TEXT("db");
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + HOUR);
	assert_rows(s, "SELECT host, status, signature FROM selftest ORDER BY host",
		    "db|unknown|foreign\nweb|ok|good\n");
	assert_rows(s, "SELECT host FROM coverage", "web\n");
	assert_rows(s, "SELECT name, status FROM host ORDER BY name", "db|unknown\nweb|ok\n");
	store_close(s);
}

static void a_replayed_run_is_bad(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	/* The log of its first time is not in this trail. */
	a_signed_run(&run, '1', T0, &own);
	for (int i = 0; i < RUN_EVENTS; i++)
		run.event[i].time_ms += DAY;
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + DAY + HOUR);
	assert_rows(s, RUNS, RUN_1 "|unknown|bad\n");
	assert_rows(s, VERDICT, "");
	assert_rows(s, "SELECT count(*) FROM selftest_key", "0\n");
	store_close(s);
}

/* Of a genuine run nothing changes, whatever others say in its name. */
static void what_others_add_to_a_run_is_left_out(void **state)
{
	static const char *const forged[] = {
		"op=modtrail-claim v=1 run=" RUN_1 " cell=init_module.b64/root claimed=yes expect=recorded",
		"op=modtrail-probe v=1 run=" RUN_1 " n=2 cell=init_module.b64/root pid=777",
		"op=modtrail-acted v=1 run=" RUN_1 " n=2 pid=777 result=0",
		"op=modtrail-acted v=1 run=" RUN_1 " n=1 pid=501 result=-1",
		"op=modtrail-caveat v=1 run=" RUN_1 " text=forged",
		"op=modtrail-begin v=1 run=" RUN_1 " lost=9 enabled=0 daemon=1 probes=9 keys=other",
		"op=modtrail-end v=1 run=" RUN_1 " lost=9 enabled=0 daemon=1 acted=9",
	};
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_signed_run(&run, '1', T0, &own);
	for (size_t i = 0; i < ARRAY_SIZE(forged); i++) {
		struct event ev = run.event[AT_PROBE];

		ev.detail = (struct bytes){ forged[i], strlen(forged[i]) };
		ev.serial = 100 + i;
		ev.time_ms = T0 + 1 + (int64_t)i;
		fixture_add(s, &ev, 1);
	}
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + HOUR);
	assert_rows(s, "SELECT id, probes, seen, status, caveats, signature FROM selftest",
		    RUN_1 "|1|1|ok|old|good\n");
	assert_rows(s, "SELECT mechanism, verdict FROM coverage", "delete_module.b64|proven\n");
	assert_rows(s, STATUS, "ok\n");
	assert_rows(s, "SELECT count(*) FROM loss", "0\n");
	store_close(s);
}

static void a_marker_that_was_changed_is_as_if_it_had_not_arrived(void **state)
{
	for (int i = 0; i < RUN_EVENTS; i++) {
		struct store *s = fixture_open(*state, STORE_WRITE);
		struct scene run;
		bool proven;
		char *at;

		a_signed_run(&run, '1', T0, &own);
		if (i != AT_CALL) {
			at = strstr(run.text[i], " seal=");
			at[7] = at[7] == 'A' ? 'B' : 'A';
		}
		fixture_add(s, run.event, RUN_EVENTS);
		judge_at(s, T0 + HOUR);
		/* Of an act that was announced and seen, neither the claim nor the end says more. */
		proven = i != AT_BEGIN && i != AT_PROBE && i != AT_ACTED;
		if (fixture_number(s, "SELECT count(*) FROM coverage WHERE verdict = 'proven'") != proven)
			fail_msg("%s", i == AT_CALL ? "call" : run.text[i]);
		store_close(s);
		unlink(((struct fixture *)*state)->path);
	}
}

/* Not only whoever is first. */
static void a_key_that_was_given_is_the_only_one(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	trust(s, "web", own.text, TRUST_GIVEN, T0 + DAY);
	add_run(s, '1', T0, NULL);
	add_run(s, '2', T0 + HOUR, &others);
	add_run(s, '3', T0 + 2 * HOUR, &own);
	judge_at(s, T0 + 3 * HOUR);
	assert_rows(s, "SELECT signature, status FROM selftest ORDER BY id",
		    "unsigned|unknown\nforeign|unknown\ngood|ok\n");
	/* Given late, it takes the place of what was taken for true. */
	trust(s, "web", others.text, TRUST_GIVEN, T0 + DAY);
	judge_at(s, T0 + 3 * HOUR);
	assert_rows(s, "SELECT signature, status FROM selftest ORDER BY id",
		    "unsigned|unknown\ngood|ok\nforeign|unknown\n");
	store_close(s);
}

static void a_host_knows_its_own_key_best(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_run(s, '1', T0, &others);	/* somebody was faster */
	add_run(s, '2', T0 + HOUR, &own);
	trust(s, "web", own.text, TRUST_OWN, T0 + HOUR);
	judge_at(s, T0 + 2 * HOUR);
	assert_rows(s, RUNS, RUN_1 "|unknown|foreign\n" RUN_2 "|ok|good\n");
	assert_rows(s, STATUS, "ok\n");
	store_close(s);
}

/* It is done at each self-test. */
static void what_is_known_already_is_no_news(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);

	add_run(s, '1', T0, &own);
	trust(s, "web", own.text, TRUST_OWN, T0);
	judge_at(s, T0 + HOUR);
	trust(s, "web", own.text, TRUST_OWN, T0 + HOUR);
	assert_rows(s, "SELECT count(*) FROM news", "0\n");
	store_close(s);
}

/* Nobody else can, and what they write is not even looked at. */
static void only_root_signs(void **state)
{
	struct store *s = fixture_open(*state, STORE_WRITE);
	struct scene run;

	a_signed_run(&run, '1', T0, &own);
	for (int i = 0; i < RUN_EVENTS; i++)
		run.event[i].uid = 1000;
	fixture_add(s, run.event, RUN_EVENTS);
	judge_at(s, T0 + HOUR);
	assert_rows(s, RUNS, "");
	assert_rows(s, "SELECT count(*) FROM selftest_key", "0\n");
	assert_rows(s, ACTS, "-\n");
	store_close(s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_run_that_its_host_signed_counts),
		TEST(an_unsigned_run_is_judged_and_no_more_than_a_warning),
		TEST(of_a_host_that_signs_no_unsigned_run_counts),
		TEST(what_was_judged_of_an_unsigned_run_goes_when_the_host_signs),
		TEST(what_is_from_an_unsigned_run_stays_doubted),
		TEST(a_begin_that_is_sent_again_casts_no_doubt),
		TEST(judging_beside_others_forgets_what_does_not_count),
		TEST(unsigned_runs_of_before_stay),
		TEST(a_run_by_another_key_proves_nothing_until_it_is_accepted),
		TEST(one_of_several_keys_is_accepted_by_name),
		TEST(what_another_host_signed_says_nothing_here),
		TEST(a_replayed_run_is_bad),
		TEST(what_others_add_to_a_run_is_left_out),
		TEST(a_marker_that_was_changed_is_as_if_it_had_not_arrived),
		TEST(a_key_that_was_given_is_the_only_one),
		TEST(a_host_knows_its_own_key_best),
		TEST(what_is_known_already_is_no_news),
		TEST(only_root_signs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
