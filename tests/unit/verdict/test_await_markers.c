/* Waiting for the markers of a run, in a log that a test writes. */
#include "store_fixture.h"
#include "test.h"

#include "selftest/delivery.h"
#include "verdict/await_markers.h"

#include <stdio.h>
#include <stdlib.h>

#define RUN "00c0ffee00c0ffee"
#define LIMIT_MS 150
#define T0 INT64_C(1795456282000)

struct scene {
	struct fixture *fixture;
	struct store *store;
	struct selftest t;
	struct delivery_log before;
	struct signing_key key, others;
	uint64_t serial;
};

static int setup(void **state)
{
	static const char *const keys[] = { "modules", NULL };
	struct scene *s = calloc(1, sizeof(*s));

	if (s == NULL || fixture_setup((void **)&s->fixture) < 0)
		return -1;
	s->store = fixture_open(s->fixture, STORE_WRITE);
	signing_key_make(&s->key, (const unsigned char[KEY_SEED]){ 1 }, BYTES("machine"));
	signing_key_make(&s->others, (const unsigned char[KEY_SEED]){ 2 }, BYTES("machine"));
	s->t.options.keys = keys;
	s->t.options.key = &s->key;
	s->t.run = (struct selftest_run){ .id = RUN, .begun_ms = T0 };
	s->t.preflight.status = s->t.after = (struct kernel_status){ .enabled = 1, .daemon_pid = 400 };
	s->t.preflight.conf.write_logs = true;
	snprintf(s->t.preflight.conf.log_file, sizeof(s->t.preflight.conf.log_file), "%s/audit.log",
		 s->fixture->folder);
	delivery_look(&s->before, s->t.preflight.conf.log_file);
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;
	void *fixture = s->fixture;

	store_close(s->store);
	free(s);
	return fixture_teardown(&fixture);
}

static void write_record(struct scene *s, int pid, int uid, const char *text)
{
	FILE *log = fopen(s->t.preflight.conf.log_file, "a");

	assert_non_null(log);
	fprintf(log, "node=web type=TRUSTED_APP msg=audit(1795456282.0%02d:%d): pid=%d uid=%d "
		"auid=4294967295 ses=4294967295 subj=unconfined msg='%s exe=\"/usr/sbin/modtrail\" "
		"hostname=? addr=? terminal=? res=success'\n", (int)s->serial, (int)s->serial + 100, pid,
		uid, text);
	s->serial++;
	assert_int_equal(fclose(log), 0);
}

/* key NULL: unsigned. */
static void write_marker_by(struct scene *s, const char *op, int pid, int uid,
			    const struct signing_key *key)
{
	struct selftest_run run = s->t.run;
	struct marker_text m;

	if (strcmp(op, "end") == 0)
		run_mark_end(&m, &run, 0);
	else
		run_mark_begin(&m, &run);
	if (key != NULL)
		marker_sign(&m, key, pid, T0);
	write_record(s, pid, uid, m.text);
}

static void write_marker(struct scene *s, const char *op, int pid, int uid)
{
	write_marker_by(s, op, pid, uid, &s->key);
}

static bool arrives(struct scene *s, struct arrival *a)
{
	struct error err;

	if (markers_await(a, &s->t, s->store, &s->before, LIMIT_MS, &err) < 0)
		fail_msg("%s", err.text);
	return a->arrived;
}

static void the_last_marker_is_waited_for(void **state)
{
	struct scene *s = *state;
	struct arrival a;

	write_marker(s, "begin", 500, 0);
	assert_false(arrives(s, &a));
	assert_true(a.delivery.known);
	write_marker(s, "end", 500, 0);
	assert_true(arrives(s, &a));
	assert_false(a.delivery.known);
	assert_string_equal(a.host, "web");
}

/* Else a run would be judged before its last records are there. */
static void a_forged_end_is_not_the_last_marker(void **state)
{
	struct scene *s = *state;
	struct arrival a;

	write_marker(s, "begin", 500, 0);
	write_marker(s, "end", 600, 0);
	write_marker(s, "begin", 600, 0);
	write_marker(s, "end", 500, 1000);
	write_marker_by(s, "end", 500, 0, &s->others);
	write_marker_by(s, "end", 500, 0, NULL);
	assert_false(arrives(s, &a));
	write_marker(s, "end", 500, 0);
	assert_true(arrives(s, &a));
}

/* What is missing is explained as long as only the host can do it. */
static void without_the_first_marker_nothing_has_arrived(void **state)
{
	struct scene *s = *state;
	struct arrival a;

	s->t.after.lost = 20;
	write_marker(s, "end", 500, 0);
	assert_false(arrives(s, &a));
	assert_int_equal(a.delivery.reason, REASON_LOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_last_marker_is_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(a_forged_end_is_not_the_last_marker, setup, teardown),
		cmocka_unit_test_setup_teardown(without_the_first_marker_nothing_has_arrived, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
