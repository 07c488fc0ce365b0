/* Correlate: which call belongs to which tool run. */
#include "steps.h"

static void a_call_belongs_to_the_exec_before_it(void **state)
{
	struct step steps[] = { an_exec(), a_call() };

	(void)state;
	join(steps, 2);
	assert_int_equal(steps[0].calls, 1);
	assert_int_equal(steps[0].run, -1);
	assert_int_equal(steps[1].run, 0);
	assert_string_equal(steps[0].tool, "modprobe");
	assert_string_equal(steps[1].tool, "modprobe");
	assert_int_equal(steps[1].module_source, NAME_KERNEL);
	assert_string_equal(steps[1].inferred, "");
}

static void one_run_has_a_call_for_each_dependency(void **state)
{
	struct step steps[] = { an_exec(), a_call(), a_call(), a_call() };

	(void)state;
	for (unsigned i = 1; i < 4; i++)
		steps[i].serial += i;
	join(steps, 4);
	assert_int_equal(steps[0].calls, 3);
	for (unsigned i = 1; i < 4; i++)
		assert_int_equal(steps[i].run, 0);
}

static void a_second_exec_of_the_process_takes_what_follows(void **state)
{
	struct step steps[] = { an_exec(), a_call(), an_exec(), a_call() };

	(void)state;
	for (unsigned i = 0; i < 4; i++)
		steps[i].serial = 8 + i;
	steps[2].time_ms = steps[3].time_ms = T0 + 200;
	join(steps, 4);
	assert_int_equal(steps[1].run, 0);
	assert_int_equal(steps[3].run, 2);
}

static void a_call_that_another_program_made_has_no_run(void **state)
{
	(void)state;
	for (int i = 0; i < 5; i++) {
		struct step steps[] = { an_exec(), a_call() };

		switch (i) {
		case 0: steps[1].comm = (struct bytes)WORD("stim"); break;
		case 1: steps[1].exe = (struct bytes)WORD("/lab/stim"); break;
		case 2: steps[1].auid = 1000; break;
		case 3: steps[1].ses = 7; break;
		case 4: steps[0].comm = NOTHING; break;
		}
		join(steps, 2);
		assert_int_equal(steps[1].run, -1);
		assert_int_equal(steps[0].calls, 0);
	}
}

static void only_the_last_exec_before_a_call_counts(void **state)
{
	struct step steps[] = { an_exec(), an_exec(), a_call() };

	(void)state;
	steps[1].serial = 9;
	steps[1].comm = (struct bytes)WORD("rmmod");
	steps[2].serial = 10;
	join(steps, 3);
	assert_int_equal(steps[2].run, -1);
}

static void a_reboot_with_the_same_pid_joins_nothing(void **state)
{
	struct step steps[] = { an_exec(), a_call() };

	(void)state;
	steps[1].serial = 3;		/* serials start anew */
	join(steps, 2);
	assert_int_equal(steps[1].run, -1);

	steps[1].serial = 8;
	join(steps, 2);
	assert_int_equal(steps[1].run, -1);
}

static void a_reboot_that_got_further_is_known_by_the_daemons_start(void **state)
{
	struct step steps[] = { an_exec(), a_call() };
	int64_t starts[] = { T0 - 1000, T0 + 30000, T0 + 90000 };

	(void)state;
	steps[1].serial = 4711;
	steps[1].time_ms = T0 + 40000;
	correlate(steps, 2, starts, ARRAY_SIZE(starts));
	assert_int_equal(steps[1].run, -1);

	starts[1] = steps[1].time_ms;
	correlate(steps, 2, starts, ARRAY_SIZE(starts));
	assert_int_equal(steps[1].run, -1);
}

static void starts_outside_of_the_run_do_not_matter(void **state)
{
	struct step steps[] = { an_exec(), a_call() };
	int64_t starts[] = { T0 - 5, T0, T0 + 40001, T0 + 50000 };

	(void)state;
	steps[1].time_ms = T0 + 40000;
	correlate(steps, 2, starts, ARRAY_SIZE(starts));
	assert_int_equal(steps[1].run, 0);
}

static void a_restart_of_auditd_is_no_reboot_within_two_seconds(void **state)
{
	struct step steps[] = { an_exec(), a_call() };
	int64_t starts[] = { T0 + 10 };

	(void)state;
	steps[1].time_ms = T0 + CORRELATE_BOOT_MS - 1;
	correlate(steps, 2, starts, 1);
	assert_int_equal(steps[1].run, 0);

	steps[1].time_ms = T0 + CORRELATE_BOOT_MS;
	correlate(steps, 2, starts, 1);
	assert_int_equal(steps[1].run, -1);
}

static void an_orphan_belongs_to_its_run_for_a_minute(void **state)
{
	struct step steps[] = { an_exec(), a_call() };

	(void)state;
	steps[1].ppid = 1;
	steps[1].time_ms = T0 + CORRELATE_ORPHAN_MS;
	join(steps, 2);
	assert_int_equal(steps[1].run, 0);

	steps[1].time_ms++;
	join(steps, 2);
	assert_int_equal(steps[1].run, -1);
}

static void a_reused_pid_joins_nothing_after_ten_minutes(void **state)
{
	struct step steps[] = { an_exec(), a_call() };

	(void)state;
	steps[1].time_ms = T0 + CORRELATE_SPAN_MS;
	join(steps, 2);
	assert_int_equal(steps[1].run, 0);

	steps[1].time_ms++;
	join(steps, 2);
	assert_int_equal(steps[1].run, -1);
}

static void a_run_without_calls_is_an_attempt(void **state)
{
	struct step steps[] = { an_exec() };

	(void)state;
	join(steps, 1);
	assert_int_equal(steps[0].calls, 0);
	assert_string_equal(steps[0].tool, "modprobe");
	assert_int_equal(steps[0].module_source, NAME_NONE);
}

static void no_steps_at_all_are_fine(void **state)
{
	(void)state;
	join(NULL, 0);
}

/* A pid's life of several boots and programs, made from a seed. */
enum { LIFE = 40, ROUNDS = 300 };

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

static size_t make_life(struct step *steps, unsigned seed)
{
	size_t count = next_random(&seed) % LIFE;
	int64_t time_ms = T0;
	uint64_t serial = 3;

	for (size_t i = 0; i < count; i++) {
		struct step *s = &steps[i];

		*s = next_random(&seed) % 3 == 0 ? an_exec() : a_call();
		time_ms += 1 + next_random(&seed) % 60000;
		serial = next_random(&seed) % 10 == 0 ? 3 : serial + 1;
		s->time_ms = time_ms;
		s->serial = serial;
		s->ppid = next_random(&seed) % 2;
		if (next_random(&seed) % 4 == 0)
			s->comm = (struct bytes)WORD("insmod");
		if (s->kind == EVENT_CALL && next_random(&seed) % 2) {
			s->module = NOTHING;
			s->call = next_random(&seed) % 2 ? CALL_DELETE : CALL_INIT;
		}
		if (s->kind == EVENT_EXEC && next_random(&seed) % 2)
			s->argv = (struct bytes)LINE("modprobe\0-r\0dummy");
	}
	return count;
}

static int by_time(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	if (x->time_ms != y->time_ms)
		return x->time_ms < y->time_ms ? -1 : 1;
	return (x->serial > y->serial) - (x->serial < y->serial);
}

static void assert_same_results(const struct step *a, const struct step *b)
{
	assert_int_equal(a->run, b->run);
	assert_int_equal(a->calls, b->calls);
	assert_string_equal(a->tool, b->tool);
	assert_string_equal(a->inferred, b->inferred);
	assert_int_equal(a->module_source, b->module_source);
	assert_int_equal(a->origin, b->origin);
}

static void the_order_of_reading_changes_nothing(void **state)
{
	static const int64_t starts[] = { T0 + 100000, T0 + 500000 };
	struct step first[LIFE], again[LIFE];
	unsigned joined = 0;

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t count = make_life(first, round);
		unsigned seed = round + 1;

		correlate(first, count, starts, ARRAY_SIZE(starts));
		memcpy(again, first, sizeof(*first) * count);
		for (size_t i = count; i > 1; i--) {
			size_t j = next_random(&seed) % i;
			struct step swap = again[i - 1];

			again[i - 1] = again[j];
			again[j] = swap;
		}
		qsort(again, count, sizeof(*again), by_time);
		correlate(again, count, starts, ARRAY_SIZE(starts));
		for (size_t i = 0; i < count; i++) {
			assert_same_results(&first[i], &again[i]);
			joined += first[i].run >= 0;
		}
	}
	assert_true(joined > ROUNDS);
}

/* Events of other programs between those of a run, and auditd's starts outside of all. */
static void what_does_not_belong_changes_nothing(void **state)
{
	struct step plain[LIFE], mixed[2 * LIFE];
	int64_t far[] = { T0 - 1, T0 + INT64_C(60000) * (LIFE + 1) };

	(void)state;
	for (unsigned round = 0; round < ROUNDS; round++) {
		size_t count = make_life(plain, round);

		correlate(plain, count, NULL, 0);
		for (size_t i = 0; i < count; i++) {
			mixed[2 * i] = plain[i];
			mixed[2 * i + 1] = a_call();
			mixed[2 * i + 1].comm = (struct bytes)WORD("stranger");
			mixed[2 * i + 1].time_ms = plain[i].time_ms;
			mixed[2 * i + 1].serial = plain[i].serial + 1;
		}
		correlate(mixed, 2 * count, far, ARRAY_SIZE(far));
		for (size_t i = 0; i < count; i++) {
			if (mixed[2 * i].run >= 0)
				mixed[2 * i].run /= 2;
			assert_same_results(&plain[i], &mixed[2 * i]);
			assert_int_equal(mixed[2 * i + 1].run, -1);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_belongs_to_the_exec_before_it),
		cmocka_unit_test(one_run_has_a_call_for_each_dependency),
		cmocka_unit_test(a_second_exec_of_the_process_takes_what_follows),
		cmocka_unit_test(a_call_that_another_program_made_has_no_run),
		cmocka_unit_test(only_the_last_exec_before_a_call_counts),
		cmocka_unit_test(a_reboot_with_the_same_pid_joins_nothing),
		cmocka_unit_test(a_reboot_that_got_further_is_known_by_the_daemons_start),
		cmocka_unit_test(starts_outside_of_the_run_do_not_matter),
		cmocka_unit_test(a_restart_of_auditd_is_no_reboot_within_two_seconds),
		cmocka_unit_test(an_orphan_belongs_to_its_run_for_a_minute),
		cmocka_unit_test(a_reused_pid_joins_nothing_after_ten_minutes),
		cmocka_unit_test(a_run_without_calls_is_an_attempt),
		cmocka_unit_test(no_steps_at_all_are_fine),
		cmocka_unit_test(the_order_of_reading_changes_nothing),
		cmocka_unit_test(what_does_not_belong_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
