/* Correlate: tools, origins and inferred names. */
#include "steps.h"

static void the_tool_is_the_runs_own_word(void **state)
{
	static const struct { struct bytes comm, exe, argv; const char *tool; } cases[] = {
		{ WORD("kmod"), WORD("/usr/bin/kmod"), LINE("insmod\0/x/dummy.ko"), "insmod" },
		{ WORD("memfd:anon"), WORD("/memfd:anon (deleted)"), LINE("rmmod\0dummy"), "rmmo"
			"d" },
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
	steps[1].module = steps[2].module = NOTHING;
	steps[2].serial++;
	join(steps, 3);
	check_inferred(&steps[1], "");
	check_inferred(&steps[2], "dummy");
}

static void a_refused_load_is_named_by_its_command(void **state)
{
	struct step steps[] = { an_exec(), a_call() };

	(void)state;
	steps[1].module = NOTHING;
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
		steps[i].module = NOTHING;
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
	steps[1].module = NOTHING;
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
		{ LINE("modprobe\0a2345678901234567890123456789012345678901234567890123456789012"
			"34"),
		  CALL_FINIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct step steps[] = { an_exec(), a_call() };

		steps[0].argv = cases[i].argv;
		steps[1].call = cases[i].call;
		steps[1].module = NOTHING;
		join(steps, 2);
		assert_int_equal(steps[1].run, 0);
		check_inferred(&steps[1], "");
	}
}

static void a_load_without_a_run_is_named_by_the_file_in_its_title(void **state)
{
	static const struct {
		struct bytes argv;
		enum module_call call;
		const char *name;
	} cases[] = {
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
		s.module = NOTHING;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
