#include "correlate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define T0 INT64_C(1795456282976)

#define WORD(text) { text, sizeof(text) - 1 }
#define LINE(text) { text, sizeof(text) }	/* the last NUL belongs to it */

static const struct bytes nothing = { NULL, 0 };

/* "modprobe dummy" by a daemon, at T0. */
static struct step an_exec(void)
{
	return (struct step){
		.time_ms = T0, .serial = 8, .kind = EVENT_EXEC, .success = true,
		.ppid = 108, .auid = ID_UNSET, .ses = ID_UNSET,
		.comm = WORD("modprobe"), .exe = WORD("/usr/bin/kmod"), .argv = LINE("modprobe\0dummy"),
	};
}

/* Its finit_module, 100 ms later. */
static struct step a_call(void)
{
	struct step s = an_exec();

	s.time_ms += 100;
	s.serial++;
	s.kind = EVENT_CALL;
	s.call = CALL_FINIT;
	s.module = (struct bytes)WORD("dummy");
	return s;
}

static void join(struct step *steps, size_t count)
{
	correlate(steps, count, NULL, 0);
}

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
		case 4: steps[0].comm = nothing; break;
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

static void the_tool_is_the_runs_own_word(void **state)
{
	static const struct { struct bytes comm, exe, argv; const char *tool; } cases[] = {
		{ WORD("kmod"), WORD("/usr/bin/kmod"), LINE("insmod\0/x/dummy.ko"), "insmod" },
		{ WORD("memfd:anon"), WORD("/memfd:anon (deleted)"), LINE("rmmod\0dummy"), "rmmod" },
		{ WORD("busybox"), WORD("/bin/busybox"), LINE("busybox\0insmod\0a.ko"), "insmod" },
		{ WORD("modprobe"), WORD("/usr/bin/kmod"), { NULL, 0 }, "modprobe" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct step steps[] = { an_exec(), a_call() };

		for (int n = 0; n < 2; n++) {
			steps[n].comm = cases[i].comm;
			steps[n].exe = cases[i].exe;
		}
		steps[0].argv = cases[i].argv;
		join(steps, 2);
		assert_int_equal(steps[1].run, 0);
		assert_string_equal(steps[1].tool, cases[i].tool);
	}
}

static void a_call_without_a_run_has_the_tool_that_kmod_acts_as(void **state)
{
	static const struct { struct bytes comm, exe; const char *tool; } cases[] = {
		{ WORD("rmmod"), WORD("/usr/bin/kmod"), "rmmod" },
		{ WORD("kmod"), WORD("/usr/bin/kmod-hardlink"), "" },
		{ WORD("modprobe"), WORD("/tmp/evil"), "" },
		{ WORD("stim"), WORD("/usr/bin/kmod"), "" },
		{ WORD("busybox"), WORD("/usr/bin/busybox"), "" },
		{ { NULL, 0 }, { NULL, 0 }, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct step s = a_call();

		s.comm = cases[i].comm;
		s.exe = cases[i].exe;
		join(&s, 1);
		assert_int_equal(s.run, -1);
		assert_string_equal(s.tool, cases[i].tool);
	}
}

static struct step an_autoload(void)
{
	struct step s = a_call();

	s.ppid = 24;
	s.argv = (struct bytes)LINE("/sbin/modprobe\0-q\0--\0net-pf-15");
	s.module = (struct bytes)WORD("af_key");
	return s;
}

static void the_kernels_autoload_is_known_by_how_it_is_started(void **state)
{
	struct step steps[] = { an_autoload(), an_autoload() };

	(void)state;
	steps[0].module = (struct bytes)WORD("xfrm_algo");
	steps[1].serial++;
	join(steps, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(steps[i].origin, ORIGIN_AUTOLOAD);
		assert_string_equal(steps[i].tool, "modprobe");
		assert_int_equal(steps[i].run, -1);
	}
}

static void what_only_resembles_an_autoload_is_none(void **state)
{
	static const struct bytes lines[] = {
		LINE("/sbin/modprobe\0-q\0--"),
		LINE("/sbin/modprobe\0-q\0--\0a\0b"),
		LINE("/sbin/modprobe\0-v\0--\0a"),
		LINE("/sbin/modprobe\0-q\0-a\0a"),
		LINE("modprobe\0dummy"),
		{ NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct step s = an_autoload();

		s.argv = lines[i];
		join(&s, 1);
		assert_int_equal(s.origin, ORIGIN_SERVICE);
	}
	for (int i = 0; i < 5; i++) {
		struct step s = an_autoload();

		switch (i) {
		case 0: s.auid = 1000; break;
		case 1: s.ses = 1; break;
		case 2: s.tty = (struct bytes)WORD("pts0"); break;
		case 3: s.exe = (struct bytes)WORD("/tmp/evil"); break;
		case 4: s.call = CALL_DELETE; break;
		}
		join(&s, 1);
		assert_int_not_equal(s.origin, ORIGIN_AUTOLOAD);
	}
}

static void an_exec_event_shows_that_it_was_no_autoload(void **state)
{
	struct step steps[] = { an_exec(), an_autoload() };

	(void)state;
	steps[1].ppid = steps[0].ppid;
	steps[0].argv = steps[1].argv;
	join(steps, 2);
	assert_int_equal(steps[1].run, 0);
	assert_int_equal(steps[0].origin, ORIGIN_SERVICE);
	assert_int_equal(steps[1].origin, ORIGIN_SERVICE);
}

static void origin_is_what_stands_behind_the_process(void **state)
{
	static const struct { int64_t auid, ses; struct bytes tty; enum origin origin; } cases[] = {
		{ ID_UNSET, ID_UNSET, { NULL, 0 }, ORIGIN_SERVICE },
		{ 1000, 1, { NULL, 0 }, ORIGIN_INTERACTIVE },
		{ 0, ID_UNSET, { NULL, 0 }, ORIGIN_INTERACTIVE },
		{ ID_UNSET, 4, { NULL, 0 }, ORIGIN_INTERACTIVE },
		{ ID_UNSET, ID_UNSET, WORD("tty1"), ORIGIN_INTERACTIVE },
		{ NUM_NONE, NUM_NONE, { NULL, 0 }, ORIGIN_UNKNOWN },
		{ NUM_NONE, ID_UNSET, { NULL, 0 }, ORIGIN_SERVICE },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct step s = an_exec();

		s.auid = cases[i].auid;
		s.ses = cases[i].ses;
		s.tty = cases[i].tty;
		join(&s, 1);
		assert_int_equal(s.origin, cases[i].origin);
	}
}

static void check_inferred(const struct step *s, const char *name)
{
	assert_string_equal(s->inferred, name);
	assert_int_equal(s->module_source, *name == '\0' ? NAME_NONE : NAME_ARGV);
}

static void the_last_load_of_a_run_is_the_module_it_names(void **state)
{
	struct step steps[] = { an_exec(), a_call(), a_call() };

	(void)state;
	steps[1].module = steps[2].module = nothing;
	steps[2].serial++;
	join(steps, 3);
	check_inferred(&steps[1], "");
	check_inferred(&steps[2], "dummy");
}

static void a_refused_load_is_named_by_its_command(void **state)
{
	struct step steps[] = { an_exec(), a_call() };

	(void)state;
	steps[1].module = nothing;
	steps[1].success = false;
	join(steps, 2);
	check_inferred(&steps[1], "dummy");
}

static void the_first_unload_of_a_run_is_the_module_it_names(void **state)
{
	struct step steps[] = { an_exec(), a_call(), a_call(), an_exec(), a_call() };

	(void)state;
	for (unsigned i = 0; i < 5; i++) {
		steps[i].serial = 8 + i;
		steps[i].time_ms = T0 + i;
		steps[i].argv = (struct bytes)LINE("modprobe\0-r\0psnap");
		steps[i].call = steps[i].kind == EVENT_CALL ? CALL_DELETE : CALL_NONE;
		steps[i].module = nothing;
	}
	join(steps, 5);
	check_inferred(&steps[1], "psnap");
	check_inferred(&steps[2], "");
	check_inferred(&steps[4], "psnap");
}

static void every_load_by_insmod_is_the_file_it_names(void **state)
{
	/* busybox: finit_module is refused for a compressed file, init_module follows. */
	struct step steps[] = { an_exec(), a_call(), a_call() };

	(void)state;
	steps[0].argv = (struct bytes)LINE("busybox\0insmod\0/x/snd-dummy.ko.xz");
	steps[1].module = nothing;
	steps[1].success = false;
	steps[2].serial++;
	steps[2].call = CALL_INIT;
	steps[2].module = (struct bytes)WORD("snd_dummy");
	join(steps, 3);
	check_inferred(&steps[1], "snd_dummy");
	assert_string_equal(steps[2].inferred, "");
	assert_int_equal(steps[2].module_source, NAME_KERNEL);
}

static void nothing_is_inferred_where_it_could_be_another_module(void **state)
{
	static const struct { struct bytes argv; enum module_call call; } cases[] = {
		{ LINE("modprobe\0-a\0dummy\0other"), CALL_FINIT },
		{ LINE("rmmod\0dummy\0other"), CALL_DELETE },
		{ LINE("modprobe\0-r\0dummy"), CALL_FINIT },
		{ LINE("modprobe\0dummy"), CALL_DELETE },
		{ LINE("modprobe\0-n\0dummy"), CALL_FINIT },
		{ LINE("modprobe"), CALL_FINIT },
		{ { NULL, 0 }, CALL_FINIT },
		{ LINE("modprobe\0a234567890123456789012345678901234567890123456789012345678901234"),
		  CALL_FINIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct step steps[] = { an_exec(), a_call() };

		steps[0].argv = cases[i].argv;
		steps[1].call = cases[i].call;
		steps[1].module = nothing;
		join(steps, 2);
		assert_int_equal(steps[1].run, 0);
		check_inferred(&steps[1], "");
	}
}

static void a_load_without_a_run_is_named_by_the_file_in_its_title(void **state)
{
	static const struct { struct bytes argv; enum module_call call; const char *name; } cases[] = {
		{ LINE("stim\0finit\0/lab/dummy.ko\0numdummies=x"), CALL_FINIT, "dummy" },
		{ LINE("insmod\0snd-dummy.ko.zst"), CALL_INIT, "snd_dummy" },
		{ LINE("stim\0a.ko\0b.ko"), CALL_FINIT, "" },
		{ LINE("stim\0a.ko"), CALL_DELETE, "" },
		{ LINE("modprobe\0dummy"), CALL_FINIT, "" },
		{ { NULL, 0 }, CALL_FINIT, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct step s = a_call();

		s.argv = cases[i].argv;
		s.call = cases[i].call;
		s.module = nothing;
		join(&s, 1);
		assert_string_equal(s.inferred, cases[i].name);
		assert_int_equal(s.module_source, *cases[i].name ? NAME_PROCTITLE : NAME_NONE);
	}
}

static void a_name_by_the_kernel_is_not_replaced(void **state)
{
	struct step s = a_call();

	(void)state;
	s.argv = (struct bytes)LINE("stim\0/lab/hostile.ko");
	s.module = (struct bytes)WORD("d \"my");
	join(&s, 1);
	assert_string_equal(s.inferred, "");
	assert_int_equal(s.module_source, NAME_KERNEL);
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
			s->module = nothing;
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
		cmocka_unit_test(the_tool_is_the_runs_own_word),
		cmocka_unit_test(a_call_without_a_run_has_the_tool_that_kmod_acts_as),
		cmocka_unit_test(the_kernels_autoload_is_known_by_how_it_is_started),
		cmocka_unit_test(what_only_resembles_an_autoload_is_none),
		cmocka_unit_test(an_exec_event_shows_that_it_was_no_autoload),
		cmocka_unit_test(origin_is_what_stands_behind_the_process),
		cmocka_unit_test(the_last_load_of_a_run_is_the_module_it_names),
		cmocka_unit_test(a_refused_load_is_named_by_its_command),
		cmocka_unit_test(the_first_unload_of_a_run_is_the_module_it_names),
		cmocka_unit_test(every_load_by_insmod_is_the_file_it_names),
		cmocka_unit_test(nothing_is_inferred_where_it_could_be_another_module),
		cmocka_unit_test(a_load_without_a_run_is_named_by_the_file_in_its_title),
		cmocka_unit_test(a_name_by_the_kernel_is_not_replaced),
		cmocka_unit_test(no_steps_at_all_are_fine),
		cmocka_unit_test(the_order_of_reading_changes_nothing),
		cmocka_unit_test(what_does_not_belong_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
