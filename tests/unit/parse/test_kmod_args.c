#include "parse/kmod_args.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* "a|b|c" as a command line: each argument ended by NUL. Valid until the next call. */
static struct bytes command(const char *text)
{
	static char buffer[2048];
	size_t len = strlen(text);

	assert_true(len < sizeof(buffer));
	memcpy(buffer, text, len + 1);
	for (size_t i = 0; i < len; i++)
		if (buffer[i] == '|')
			buffer[i] = '\0';
	return (struct bytes){ buffer, len + 1 };
}

static struct bytes word(const char *text)
{
	return (struct bytes){ text, strlen(text) };
}

struct line_case {
	const char *argv, *tool;	/* tool NULL: none */
	const char *modules;
	bool intends, removes;
};

static void check(const struct line_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct line_case *c = &cases[i];
		struct kmod_args line;
		char tool[32] = "";

		print_message("  %s\n", c->argv);
		kmod_args_read(&line, command(c->argv));
		assert_true(line.tool.len < sizeof(tool));
		if (line.tool.len > 0)
			memcpy(tool, line.tool.data, line.tool.len);
		assert_string_equal(tool, c->tool == NULL ? "" : c->tool);
		assert_int_equal(line.tool.data == NULL, c->tool == NULL);
		assert_string_equal(line.modules, c->modules);
		assert_int_equal(line.intends, c->intends);
		assert_int_equal(line.removes, c->removes);
	}
}
#define CHECK(cases) check(cases, ARRAY_SIZE(cases))

static void the_name_it_acts_under_decides(void **state)
{
	static const struct line_case cases[] = {
		{ "modprobe|dummy", "modprobe", "dummy", true, false },
		{ "/usr/sbin/modprobe|dummy", "modprobe", "dummy", true, false },
		{ "sbin/rmmod|dummy", "rmmod", "dummy", true, true },
		{ "lsmod", "lsmod", "", false, false },
		{ "modinfo|dummy", "modinfo", "", false, false },
		{ "depmod|-a", "depmod", "", false, false },
		{ "/usr/bin/kmod|list", "kmod", "", false, false },
		{ "kmod", "kmod", "", false, false },
		{ "kmod|insmod|/x/dummy.ko", "insmod", "dummy", true, false },
		{ "sudo|modprobe|dummy", NULL, "", false, false },
		{ "sh|-c|modprobe dummy", NULL, "", false, false },
		{ "/bin/sh|/usr/local/sbin/insmod|x.ko", NULL, "", false, false },
		{ "kmod-copy|insmod|x.ko", NULL, "", false, false },
		{ "insmod2|x.ko", NULL, "", false, false },
		{ "ins|x.ko", NULL, "", false, false },
		{ "", NULL, "", false, false },
		{ "/", NULL, "", false, false },
	};

	(void)state;
	CHECK(cases);
}

static void busybox_is_the_applet_it_runs(void **state)
{
	static const struct line_case cases[] = {
		{ "busybox|insmod|/lab/dummy.ko", "insmod", "dummy", true, false },
		{ "/bin/busybox|modprobe|-r|dummy", "modprobe", "dummy", true, true },
		{ "busybox|rmmod|-wf|dummy|other", "rmmod", "dummy,other", true, true },
		{ "busybox|rmmod|-a", "rmmod", "", true, true },
		{ "busybox|modprobe|-l", "modprobe", "", false, false },
		{ "busybox|ls", NULL, "", false, false },
		{ "busybox", NULL, "", false, false },
	};

	(void)state;
	CHECK(cases);
}

static void the_dynamic_linker_is_the_program_it_runs(void **state)
{
	static const struct line_case cases[] = {
		{ "/lib64/ld-linux-x86-64.so.2|--argv0|insmod|/usr/bin/kmod|/x/dummy.ko", "insmo"
			"d", "dummy",
		  true, false },
		{ "ld-linux.so.2|/sbin/rmmod|dummy", "rmmod", "dummy", true, true },
		{ "ld.so|--inhibit-cache|--library-path|/sbin/insmod|/sbin/rmmod|a", "rmmo"
			"d", "a", true, true },
		{ "ld-musl-x86_64.so.1|--library-path=/l|/bin/busybox|insmod|a.ko", "insmo"
			"d", "a", true, false },
		{ "ld64.so.2|/usr/bin/kmod", "kmod", "", false, false },
		{ "ld.so|--list|/sbin/insmod|a.ko", NULL, "", false, false },
		{ "ld.so|--argv0|insmod", NULL, "", false, false },
		{ "ld.so|--argv0", NULL, "", false, false },
		{ "ld.so", NULL, "", false, false },
		{ "ld|insmod|a.ko", NULL, "", false, false },
		{ "libx.so|/sbin/insmod|a.ko", NULL, "", false, false },
	};

	(void)state;
	CHECK(cases);
}

static void operands_are_modules_as_each_tool_takes_them(void **state)
{
	static const struct line_case cases[] = {
		{ "modprobe|dummy|numdummies=2", "modprobe", "dummy", true, false },
		{ "modprobe|dummy|other", "modprobe", "dummy", true, false },
		{ "modprobe|-a|dummy|other", "modprobe", "dummy,other", true, false },
		{ "modprobe|--all|dummy|other", "modprobe", "dummy,other", true, false },
		{ "modprobe|dummy|other|-a", "modprobe", "dummy,other", true, false },
		{ "modprobe|-r|dummy|other", "modprobe", "dummy,other", true, true },
		{ "modprobe|-q|--|net-pf-15", "modprobe", "net_pf_15", true, false },
		{ "modprobe|-r|snd-dummy", "modprobe", "snd_dummy", true, true },
		{ "modprobe|/x/snd-dummy.ko.zst", "modprobe", "snd_dummy", true, false },
		{ "insmod|/x/snd-dummy.ko.xz|index=1|id=snd.ko", "insmod", "snd_dumm"
			"y", true, false },
		{ "insmod|./sp ace.ko", "insmod", "sp ace", true, false },
		{ "insmod|/tmp/evil", "insmod", "evil", true, false },
		{ "rmmod|a-b|c.ko|/x/d.ko.gz", "rmmod", "a_b,c,d", true, true },
		{ "rmmod||a", "rmmod", "a", true, true },
		{ "insmod|/x/", "insmod", "", true, false },
		{ "modprobe|.ko", "modprobe", ".ko", true, false },
		{ "rmmod", "rmmod", "", true, true },
	};

	(void)state;
	CHECK(cases);
}

static void options_are_never_taken_for_modules(void **state)
{
	static const struct line_case cases[] = {
		{ "modprobe|-C|/etc/m|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|-C/etc/m|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|-Crn|dummy|other", "modprobe", "dummy", true, false },
		{ "modprobe|-rd|/root|dummy", "modprobe", "dummy", true, true },
		{ "modprobe|-vS|6.1.0|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--set-version=6.1.0|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--set-version|6.1.0|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--dirname|/r|--config|/c|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|-r|-w|1000|dummy", "modprobe", "dummy", true, true },
		{ "modprobe|--remove|--wait=1000|dummy", "modprobe", "dummy", true, true },
		{ "modprobe|-rv|dummy", "modprobe", "dummy", true, true },
		{ "modprobe|dummy|-r", "modprobe", "dummy", true, true },
		{ "modprobe|-bfiqsv|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--|-r", "modprobe", "_r", true, false },
		{ "modprobe|-|x", "modprobe", "_", true, false },
		{ "modprobe|-C", "modprobe", "", true, false },
		{ "insmod|-f|-ps|x.ko", "insmod", "x", true, false },
		{ "rmmod|-fsv|--wait|x|--|-y", "rmmod", "x,_y", true, true },
	};

	(void)state;
	CHECK(cases);
}

static void long_options_may_be_cut_while_unique(void **state)
{
	static const struct line_case cases[] = {
		{ "modprobe|--dry|dummy", "modprobe", "dummy", false, false },
		{ "modprobe|--remove-h|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--remov|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--conf|/c|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--no-such|dummy", "modprobe", "dummy", true, false },
		{ "modprobe|--=|dummy", "modprobe", "dummy", true, false },
	};

	(void)state;
	CHECK(cases);
}

static void a_query_intends_nothing(void **state)
{
	static const struct line_case cases[] = {
		{ "modprobe|-n|dummy", "modprobe", "dummy", false, false },
		{ "modprobe|--show|dummy", "modprobe", "dummy", false, false },
		{ "modprobe|-vn|-r|dummy", "modprobe", "dummy", false, true },
		{ "modprobe|-D|dummy", "modprobe", "dummy", false, false },
		{ "modprobe|--show-depends|dummy", "modprobe", "dummy", false, false },
		{ "modprobe|-R|net-pf-15", "modprobe", "net_pf_15", false, false },
		{ "modprobe|-c", "modprobe", "", false, false },
		{ "modprobe|--showconfig", "modprobe", "", false, false },
		{ "modprobe|--dump-modversions|/x/a.ko", "modprobe", "a", false, false },
		{ "modprobe|--show-exports|/x/a.ko", "modprobe", "a", false, false },
		{ "modprobe|-V", "modprobe", "", false, false },
		{ "insmod|--version", "insmod", "", false, false },
		{ "rmmod|-h", "rmmod", "", false, true },
		{ "rmmod|--help", "rmmod", "", false, true },
	};

	(void)state;
	CHECK(cases);
}

static void the_last_argument_may_lack_its_nul(void **state)
{
	struct kmod_args line;

	(void)state;
	kmod_args_read(&line, (struct bytes){ "rmmod\0dummyXX", 11 });
	assert_string_equal(line.modules, "dummy");
	kmod_args_read(&line, (struct bytes){ "modprobe\0-S\0xx\0dummy", 15 });
	assert_string_equal(line.modules, "");
	kmod_args_read(&line, (struct bytes){ NULL, 0 });
	assert_null(line.tool.data);
}

static void a_name_that_does_not_fit_is_left_out_whole(void **state)
{
	struct kmod_args line;
	char text[600];

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "rmmod|a|", 8);
	memcpy(text + 8 + 254, "|b|", 3);
	memcpy(text + 8 + 254 + 3, "c", 2);
	kmod_args_read(&line, command(text));
	assert_string_equal(line.modules, "a,b,c");
	assert_int_equal(line.module_count, 4);

	/* One byte less and it fills the room to the last one. */
	memmove(text + 8, text + 9, strlen(text + 9) + 1);
	kmod_args_read(&line, command(text));
	assert_int_equal(strlen(line.modules), 255);
	assert_int_equal(line.module_count, 4);
}

static void a_process_is_a_tool_by_its_words_or_as_kmod_by_its_comm(void **state)
{
	struct kmod_args line;

	(void)state;
	kmod_args_read(&line, command("insmod|x.ko"));
	assert_memory_equal(tool_of_process(&line, word("kmod"), word("/lab/kmod-cop"
		"y")).data, "insmod", 6);

	kmod_args_read(&line, command("launch|modprobe"));
	assert_string_equal(tool_of_process(&line, word("rmmod"), word("/usr/bin/kmo"
		"d")).data, "rmmod");
	assert_null(tool_of_process(&line, word("rmmod"), word("/usr/bin/dash")).data);
	assert_null(tool_of_process(&line, word("launch"), word("/usr/bin/kmod")).data);
	assert_null(tool_of_process(&line, word(""), word("")).data);
}

static void module_files_are_known_by_their_suffix(void **state)
{
	static const struct { const char *path, *name; } cases[] = {
		{ "/x/snd-dummy.ko.xz", "snd_dummy" },
		{ "a.ko", "a" },
		{ "a.ko.gz", "a" },
		{ "../a.b.ko.zst", "a.b" },
		{ "a.ko.bz2", NULL },
		{ "a.kox", NULL },
		{ "ako", NULL },
		{ "/x/.ko", NULL },
		{ ".ko.xz", NULL },
		{ "", NULL },
		{ "a23456789.ko", "a23456789" },
		{ "a234567890.ko", NULL },	/* does not fit */
	};
	char name[10];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_int_equal(module_name_of_file(word(cases[i].path), name, sizeof(name)),
				 cases[i].name != NULL);
		if (cases[i].name != NULL)
			assert_string_equal(name, cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_name_it_acts_under_decides),
		cmocka_unit_test(busybox_is_the_applet_it_runs),
		cmocka_unit_test(the_dynamic_linker_is_the_program_it_runs),
		cmocka_unit_test(operands_are_modules_as_each_tool_takes_them),
		cmocka_unit_test(options_are_never_taken_for_modules),
		cmocka_unit_test(long_options_may_be_cut_while_unique),
		cmocka_unit_test(a_query_intends_nothing),
		cmocka_unit_test(the_last_argument_may_lack_its_nul),
		cmocka_unit_test(a_name_that_does_not_fit_is_left_out_whole),
		cmocka_unit_test(a_process_is_a_tool_by_its_words_or_as_kmod_by_its_comm),
		cmocka_unit_test(module_files_are_known_by_their_suffix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
