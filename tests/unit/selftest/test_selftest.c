/* What a self-test plans, on a made-up host; what it does is for a machine of its own. */
#include "test.h"

#include "base/clock.h"
#include "rules_host.h"
#include "selftest/marker_send.h"
#include "selftest/private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define MARKERS_MAX 100

/* What was written into the audit stream, and when. */
static struct { char text[MARKER_MAX]; int64_t time_ms; } written[MARKERS_MAX];
static size_t written_count;

int __wrap_marker_socket_open(struct error *err);
int __wrap_marker_send(int fd, const struct marker_text *m, struct error *err);
int __wrap_kernel_status_read(struct kernel_status *out, struct error *err);

int __wrap_marker_socket_open(struct error *err)
{
	(void)err;
	return open("/dev/null", O_WRONLY | O_CLOEXEC);
}

int __wrap_marker_send(int fd, const struct marker_text *m, struct error *err)
{
	(void)fd;
	(void)err;
	assert_true(written_count < MARKERS_MAX);
	strcpy(written[written_count].text, m->text);
	written[written_count++].time_ms = clock_ms(CLOCK_REALTIME);
	return 0;
}

int __wrap_kernel_status_read(struct kernel_status *out, struct error *err)
{
	(void)err;
	*out = (struct kernel_status){ .enabled = 1, .daemon_pid = 400 };
	return 0;
}

struct plan {
	struct test_host host;
	struct selftest t;
};

static int setup(void **state)
{
	struct plan *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return -1;
	test_host_init(&p->host, false);
	p->t.preflight.host = p->host.facts;
	p->t.options.actor[ACTOR_DAEMON] = true;
	p->t.audit = p->t.undo = -1;
	strcpy(p->t.module.name, "crc7");
	strcpy(p->t.module.file, "/lib/modules/6.1/kernel/lib/crc7.ko");
	for (int i = 0; i < CELLS; i++)
		p->t.claims[i].expect = EXPECT_SILENT;
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct plan *p = *state;

	test_host_release(&p->host);
	free(p);
	return 0;
}

static unsigned count_kind(const struct selftest *t, enum probe_kind kind)
{
	unsigned count = 0;

	for (size_t i = 0; i < t->spec_count; i++)
		count += t->specs[i].kind == kind;
	return count;
}

static bool exercises(const struct selftest *t, enum mechanism m, enum actor a)
{
	for (size_t i = 0; i < t->spec_count; i++)
		for (unsigned c = 0; c < t->specs[i].cells; c++)
			if (t->specs[i].cell[c].mechanism == m && t->specs[i].cell[c].actor == a)
				return true;
	return false;
}

static void every_mechanism_is_exercised_with_a_module_and_without(void **state)
{
	struct plan *p = *state;

	for (int load = 0; load < 2; load++) {
		p->t.load = load;
		selftest_plan_probes(&p->t);
		for (int m = 0; m < MECHANISM_COUNT; m++)
			assert_true(exercises(&p->t, (enum mechanism)m, ACTOR_DAEMON));
	}
}

static void actors_that_are_not_asked_for_do_nothing(void **state)
{
	struct plan *p = *state;

	selftest_plan_probes(&p->t);
	for (int m = 0; m < MECHANISM_COUNT; m++) {
		assert_false(exercises(&p->t, (enum mechanism)m, ACTOR_ROOT));
		assert_false(exercises(&p->t, (enum mechanism)m, ACTOR_LOGIN));
	}
}

static void what_the_host_cannot_do_is_not_tried(void **state)
{
	struct plan *p = *state;

	p->t.claims[MECHANISM_FINIT_B32 * ACTOR_COUNT + ACTOR_DAEMON].expect = EXPECT_INAPPLICABLE;
	selftest_plan_probes(&p->t);
	assert_false(exercises(&p->t, MECHANISM_FINIT_B32, ACTOR_DAEMON));
	assert_true(exercises(&p->t, MECHANISM_INIT_B32, ACTOR_DAEMON));
}

static void each_load_is_undone_before_the_next(void **state)
{
	static const enum probe_kind order[] = { PROBE_LOAD, PROBE_RMMOD, PROBE_INSMOD, PROBE_UNLOAD };
	struct plan *p = *state;

	p->t.load = true;
	selftest_plan_probes(&p->t);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		assert_int_equal(p->t.specs[i].kind, order[i]);
}

static void without_a_module_nothing_real_is_planned(void **state)
{
	struct plan *p = *state;

	selftest_plan_probes(&p->t);
	assert_int_equal(count_kind(&p->t, PROBE_LOAD) + count_kind(&p->t, PROBE_INSMOD), 0);
	assert_int_equal(count_kind(&p->t, PROBE_RMMOD) + count_kind(&p->t, PROBE_UNLOAD), 0);
	assert_int_equal(count_kind(&p->t, PROBE_MODPROBE_NOTHING), 1);
}

static void a_packed_module_goes_by_the_call_that_unpacks_it(void **state)
{
	struct plan *p = *state;

	p->t.load = true;
	p->t.preflight.kmod = 30;
	strcpy(p->t.module.file, "/lib/modules/6.12/kernel/lib/crc7.ko.xz");
	selftest_plan_probes(&p->t);
	assert_int_equal(p->t.specs[0].cell[1].mechanism, MECHANISM_INIT_B64);
}

static void all_actors_fit_also_if_loads_fail_at_last(void **state)
{
	struct plan *p = *state;

	for (int a = 0; a < ACTOR_COUNT; a++)
		p->t.options.actor[a] = true;
	p->t.load = true;
	selftest_plan_probes(&p->t);
	/* The worst: the last actor has begun, and begins again without loads. */
	assert_true(p->t.spec_count + p->t.spec_count / ACTOR_COUNT <= SELFTEST_PROBES);
}

static void acts_are_told_in_words(void **state)
{
	struct plan *p = *state;
	const struct probe_spec load = { PROBE_LOAD, { { MECHANISM_MODPROBE, ACTOR_DAEMON } }, 1 };
	const struct probe_spec call = { PROBE_CALL, { { MECHANISM_DELETE_B32, ACTOR_DAEMON } }, 1 };
	char text[RUN_ACT];

	p->t.module.option = "numdummies=0";
	probe_spec_text(&p->t, &load, NULL, text, sizeof(text));
	assert_string_equal(text, "modprobe crc7 numdummies=0");
	probe_spec_text(&p->t, &call, "0123456789abcdef", text, sizeof(text));
	assert_string_equal(text, "delete_module(modtrail_0123456789abcdef) in 32-bit form");
}

static void ask_for_all_actors(struct selftest *t, bool fixed, int64_t login)
{
	for (int a = 0; a < ACTOR_COUNT; a++)
		t->options.actor[a] = true;
	t->preflight.status.login_fixed = fixed;
	t->preflight.here.login = login;
	selftest_leave_out_actors(t);
}

static void a_call_that_a_filter_refused_proves_nothing(void **state)
{
	const struct probe_spec call = { PROBE_CALL, { { MECHANISM_DELETE_B32, ACTOR_DAEMON } }, 1 };
	const struct probe_spec tool = { PROBE_LOAD, { { MECHANISM_MODPROBE, ACTOR_DAEMON } }, 1 };
	struct plan *p = *state;

	/* Whoever has no filter was heard, whatever came of it. */
	assert_false(selftest_is_refused(&p->t, &call, EPERM));
	p->t.preflight.here.filtered = true;
	assert_false(selftest_is_refused(&p->t, &call, ENOENT));
	assert_false(selftest_is_refused(&p->t, &tool, EPERM));
	assert_int_equal(p->t.caveat_count, 0);
	assert_true(selftest_is_refused(&p->t, &call, EPERM));
	assert_true(selftest_is_refused(&p->t, &call, PROBE_SKIPPED));	/* it was killed */
	assert_int_equal(p->t.caveat_count, 1);
	p->t.preflight.here.modules_disabled = true;
	assert_false(selftest_is_refused(&p->t, &call, EPERM));
}

static void who_cannot_become_another_is_tested_as_who_they_are(void **state)
{
	struct plan *p = *state;

	ask_for_all_actors(&p->t, true, 1003);
	assert_false(p->t.options.actor[ACTOR_DAEMON]);
	assert_false(p->t.options.actor[ACTOR_ROOT]);
	assert_true(p->t.options.actor[ACTOR_LOGIN]);
	assert_int_equal(p->t.caveat_count, 1);
	assert_non_null(strstr(p->t.caveats[0], "not tested as daemon, root: this process has login "
			       "id 1003, and login ids are fixed"));
}

static void who_has_not_logged_in_can_become_anybody(void **state)
{
	struct plan *p = *state;

	ask_for_all_actors(&p->t, true, ID_UNSET);
	for (int a = 0; a < ACTOR_COUNT; a++)
		assert_true(p->t.options.actor[a]);
	ask_for_all_actors(&p->t, false, 0);
	for (int a = 0; a < ACTOR_COUNT; a++)
		assert_true(p->t.options.actor[a]);
	assert_int_equal(p->t.caveat_count, 0);
}

static void an_actor_has_the_login_id_of_its_kind(void **state)
{
	struct plan *p = *state;

	assert_int_equal(actor_of_auid(actor_login(ACTOR_DAEMON, &p->t.preflight.host)), ACTOR_DAEMON);
	assert_int_equal(actor_of_auid(actor_login(ACTOR_ROOT, &p->t.preflight.host)), ACTOR_ROOT);
	assert_int_equal(actor_of_auid(actor_login(ACTOR_LOGIN, &p->t.preflight.host)), ACTOR_LOGIN);
}

static enum run_word check_written(size_t i, const struct signing_key *key)
{
	struct bytes text = { written[i].text, strlen(written[i].text) };
	struct run_marker marker;
	char by[KEY_TEXT];

	assert_int_equal(marker_signature(text, getpid(), written[i].time_ms, by), SIGNATURE_GOOD);
	assert_string_equal(by, key->text);
	run_read(&marker, text);
	return marker.word;
}

static void every_word_of_it_is_signed(void **state)
{
	struct plan *p = *state;
	struct signing_key key;
	struct error err = { "" };
	size_t words[WORD_END + 1] = { 0 };

	signing_key_make(&key, (const unsigned char[KEY_SEED]){ 1 }, BYTES("web"));
	p->t.options.key = &key;
	p->t.options.actor[ACTOR_DAEMON] = false;	/* nobody acts */
	assert_int_equal(selftest_caveat(&p->t, &err, "there is more to it"), 0);
	assert_true((p->t.undo = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0);
	written_count = 0;
	if (selftest_run(&p->t, &err) < 0)
		fail_msg("%s", err.text);
	close(p->t.undo);
	close(p->t.audit);
	for (size_t i = 0; i < written_count; i++)
		words[check_written(i, &key)]++;
	assert_int_equal(words[WORD_BEGIN], 1);
	assert_int_equal(words[WORD_CLAIM], CELLS);
	assert_int_equal(words[WORD_CAVEAT], 1);
	assert_int_equal(words[WORD_END], 1);
	assert_int_equal(words[WORD_NONE], 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_mechanism_is_exercised_with_a_module_and_without),
		TEST(actors_that_are_not_asked_for_do_nothing),
		TEST(what_the_host_cannot_do_is_not_tried),
		TEST(each_load_is_undone_before_the_next),
		TEST(without_a_module_nothing_real_is_planned),
		TEST(a_packed_module_goes_by_the_call_that_unpacks_it),
		TEST(all_actors_fit_also_if_loads_fail_at_last),
		TEST(acts_are_told_in_words),
		TEST(a_call_that_a_filter_refused_proves_nothing),
		TEST(who_cannot_become_another_is_tested_as_who_they_are),
		TEST(who_has_not_logged_in_can_become_anybody),
		TEST(every_word_of_it_is_signed),
		TEST(an_actor_has_the_login_id_of_its_kind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
