/* Decode: runs of kmod and their command lines. */
#include "decoding.h"

#include <stdlib.h>

static void an_exec_of_kmod_is_a_run(void **state)
{
	const struct event *ev = decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=3 a0=\"/sbin/modprobe\" a1=\"-r\" a2=\"snd-dummy\"\n"
		"type=CWD" ID "cwd=\"/root\"\n"
		"type=PATH" ID "item=0 name=\"/usr/sbin/modprobe\" inode=299 dev=00:02"
			" mode=0100755\n" TITLE);

	assert_int_equal(ev->kind, EVENT_EXEC);
	EXPECT(ev->argv, "/sbin/modprobe\0-r\0snd-dummy\0");
	assert_false(ev->argv_stale);
	EXPECT(ev->cwd, "/root");
	EXPECT(ev->tool, "modprobe");
	assert_true(ev->intends);
	EXPECT(ev->module, "snd_dummy");
	assert_int_equal(ev->module_source, NAME_ARGV);
	assert_int_equal(ev->call, CALL_NONE);
}

static void a_run_is_known_by_argv_or_by_kmods_file(void **state)
{
#define KEYLESS(comm, exe, argv) EXECVE "comm=\"" comm "\" exe=\"" exe "\" key=(null)\n" \
	"type=EXECVE" ID argv "\n"
	static const struct { const char *record, *tool; } cases[] = {
		{ KEYLESS("kmod", "/usr/bin/kmod", "argc=2 a0=\"insmod\" a1=\"/x.ko\""), "insmod" },
		{ KEYLESS("kmod-copy", "/lab/kmod-copy", "argc=2 a0=\"insmod\""
			" a1=\"/x.ko\""), "insmod" },
		{ KEYLESS("busybox", "/usr/bin/busybox", "argc=3 a0=\"busybox\" a1=\"rmmod\""
			" a2=\"x\""),
		  "rmmod" },
		{ KEYLESS("ld-linux-x86-64", "/usr/lib64/ld-linux-x86-64.so.2",
			  "argc=5 a0=\"/lib64/ld-linux-x86-64.so.2\" a1=\"--argv0\" a2=\"insmod\""
			  " a3=\"/usr/bin/kmod\" a4=\"/x.ko\""), "insmod" },
		{ KEYLESS("lsmod", "/usr/bin/kmod", "argc=1 a0=\"lsmod\""), "lsmod" },
		{ KEYLESS("kmod", "/usr/bin/kmod", "argc=1 a0=\"other\""), "kmod" },
		{ KEYLESS("rmmod", "/usr/bin/kmod", "argc=1 a0=\"other\""), "rmmod" },
		{ KEYLESS("insmod", "/usr/bin/dash", "argc=2 a0=\"/bin/sh\""
			" a1=\"/sbin/insmod\""), NULL },
		{ KEYLESS("sudo", "/usr/bin/sudo", "argc=2 a0=\"sudo\" a1=\"modprobe\""), NULL },
	};
#undef KEYLESS

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct event *ev = decoded(*state, cases[i].record);

		assert_int_equal(ev->kind, cases[i].tool == NULL ? EVENT_NONE : EVENT_EXEC);
		if (cases[i].tool != NULL)
			EXPECT_TEXT(ev->tool, cases[i].tool);
	}
}

static void fexecve_and_32_bit_execs_are_runs(void **state)
{
	static const char *const calls[] = {
		"arch=c000003e syscall=322",
		"arch=40000003 syscall=11",
		"arch=40000003 syscall=358",
	};

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		char text[1024];

		snprintf(text, sizeof(text), "type=SYSCALL" ID "%s success=yes"
			" exit=0" IDS MODPROBE, calls[i]);
		assert_int_equal(decoded(*state, text)->kind, EVENT_EXEC);
	}
}

static void other_calls_by_kmod_are_no_runs(void **state)
{
	static const char open[] = B64 "syscall=257 success=yes exit=3" IDS
		"comm=\"modprobe\" exe=\"/usr/bin/kmod\" key=%s\n" TITLE;
	char text[1024];

	snprintf(text, sizeof(text), open, "(null)");
	assert_int_equal(decoded(*state, text)->kind, EVENT_NONE);
	snprintf(text, sizeof(text), open, "\"modules\"");
	assert_int_equal(decoded(*state, text)->kind, EVENT_KEYED);
}

static void a_failing_exec_is_no_run(void **state)
{
	static const char exec[] = B64 "syscall=59 success=no exit=-13" IDS
		"comm=\"sh\" exe=\"/usr/bin/kmod\" key=%s\ntype=EXECVE" ID "argc=1 a0=\"insmod\"\n";
	char text[1024];

	snprintf(text, sizeof(text), exec, "\"modules\"");
	assert_int_equal(decoded(*state, text)->kind, EVENT_KEYED);
	snprintf(text, sizeof(text), exec, "(null)");
	assert_int_equal(decoded(*state, text)->kind, EVENT_NONE);
	EXPECT_NONE(decoded(*state, text)->tool);
}

static void a_query_run_intends_nothing(void **state)
{
	const struct event *ev = decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=3 a0=\"modprobe\" a1=\"-n\" a2=\"dummy\"\n");

	assert_int_equal(ev->kind, EVENT_EXEC);
	assert_false(ev->intends);
	EXPECT(ev->module, "dummy");
}

static void arguments_are_joined_from_pieces_and_records(void **state)
{
	const struct event *ev = decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=5 a0=\"modprobe\" a1=7370206163 a2_len=10 a2[0]=\"abc\"\n"
		"type=EXECVE" ID "a2[1]=646520 a2[2]=\"f\" a3=\"\" a4=6E65770A\n");

	EXPECT(ev->argv, "modprobe\0sp ac\0abcde f\0\0new\n\0");
}

/* More records than libauparse is given at once. */
static void a_run_of_very_many_arguments_is_read_whole(void **state)
{
	enum { ARGUMENTS = 1000 };
	char *text = NULL, *argv = NULL;
	size_t text_len, argv_len;
	FILE *records = open_memstream(&text, &text_len), *wanted = open_memstream(&argv, &argv_len);
	const struct event *ev;

	assert_non_null(records);
	assert_non_null(wanted);
	fputs(EXECVE MODPROBE, records);
	for (int i = 0; i < ARGUMENTS; i++) {
		const char *word = i == 0 ? "modprobe" : "snd-dummy";

		fputs("type=EXECVE" ID, records);
		if (i == 0)
			fprintf(records, "argc=%d ", ARGUMENTS);
		fprintf(records, "a%d=\"%s\"\n", i, word);
		fprintf(wanted, "%s%c", word, 0);
	}
	fputs("type=CWD" ID "cwd=\"/root\"\n", records);
	fclose(records);
	fclose(wanted);
	ev = decoded(*state, text);
	assert_int_equal(ev->kind, EVENT_EXEC);
	assert_int_equal(ev->argv.len, argv_len);
	assert_memory_equal(ev->argv.data, argv, argv_len);
	EXPECT(ev->comm, "modprobe");
	EXPECT(ev->cwd, "/root");
	free(text);
	free(argv);
}

static void arguments_behind_a_lost_record_do_not_count(void **state)
{
	EXPECT(decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=9 a0=\"rmmod\" a1=\"x\" a4=\"y\""
			" a2=\"z\"\n")->argv, "rmmod\0x\0");
	EXPECT(decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=3 a0=\"rmmod\" a1[0]=\"x\" a1[2]=\"y\""
			" a2=\"z\"\n")->argv, "rmmod\0x\0");
	EXPECT(decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=3 a0=\"rmmod\" a1[1]=\"x\" a2=\"z\"\n")->argv, "rmmod\0");
	EXPECT_NONE(decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=3 a7=\"x\" a8=\"y\"\n")->argv);
	EXPECT(decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "a99999999999999999999=\"x\" a=\"y\" a-1=\"z\""
			" a0=\"rmmod\"\n" TITLE)->argv,
	       "modprobe\0dummy\0");
}

static void a_nul_inside_an_argument_starts_no_new_one(void **state)
{
	EXPECT(decoded(*state, EXECVE MODPROBE
		"type=EXECVE" ID "argc=2 a0=\"rmmod\" a1=610062"
			" a2=\"c\"\n")->argv, "rmmod\0a\0c\0");
}

static void a_title_stands_in_for_missing_arguments(void **state)
{
	const struct event *ev = decoded(*state, FINIT STIM
		"type=PROCTITLE" ID "proctitle=7374696D0066696E6974002F6C61622F64756D6D792E6B6F\n");

	EXPECT(ev->argv, "stim\0finit\0/lab/dummy.ko\0");
	assert_true(ev->argv_stale);

	ev = decoded(*state, FINIT STIM "type=PROCTITLE" ID "proctitle=\"lsmod\"\n");
	EXPECT(ev->argv, "lsmod\0");
	ev = decoded(*state, FINIT STIM "type=PROCTITLE" ID "proctitle=(null)\n");
	EXPECT_NONE(ev->argv);
	assert_false(ev->argv_stale);
}

static void a_stale_title_does_not_make_a_run(void **state)
{
	/* Not kmod, whatever the process called itself before. */
	assert_int_equal(decoded(*state, EXECVE "comm=\"true\" exe=\"/usr/bin/true\" key=(null)\n"
		TITLE)->kind, EVENT_NONE);

	/* kmod, but the title is another program's. */
	const struct event *ev = decoded(*state, EXECVE MODPROBE
		"type=PROCTITLE" ID "proctitle=6C61756E6368006D6F6470726F62650064756D6D79\n");
	assert_int_equal(ev->kind, EVENT_EXEC);
	EXPECT(ev->tool, "modprobe");
	EXPECT_NONE(ev->module);
	assert_false(ev->intends);

	/* kmod under another of its names: a process may become one after the other. */
	ev = decoded(*state, EXECVE MODPROBE
		"type=PROCTITLE" ID "proctitle=696E736D6F64002F782E6B6F\n");
	EXPECT(ev->tool, "modprobe");
	EXPECT_NONE(ev->module);
	assert_false(ev->intends);

	/* kmod under the name in the title. */
	ev = decoded(*state, EXECVE MODPROBE TITLE);
	EXPECT(ev->tool, "modprobe");
	EXPECT(ev->module, "dummy");
	assert_int_equal(ev->module_source, NAME_PROCTITLE);
	assert_true(ev->intends);

	ev = decoded(*state, EXECVE "comm=\"kmod\" exe=\"/usr/bin/kmod\" key=(null)\n" TITLE);
	EXPECT(ev->tool, "modprobe");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(an_exec_of_kmod_is_a_run),
		DECODING_TEST(a_run_is_known_by_argv_or_by_kmods_file),
		DECODING_TEST(fexecve_and_32_bit_execs_are_runs),
		DECODING_TEST(other_calls_by_kmod_are_no_runs),
		DECODING_TEST(a_failing_exec_is_no_run),
		DECODING_TEST(a_query_run_intends_nothing),
		DECODING_TEST(arguments_are_joined_from_pieces_and_records),
		DECODING_TEST(a_run_of_very_many_arguments_is_read_whole),
		DECODING_TEST(arguments_behind_a_lost_record_do_not_count),
		DECODING_TEST(a_nul_inside_an_argument_starts_no_new_one),
		DECODING_TEST(a_title_stands_in_for_missing_arguments),
		DECODING_TEST(a_stale_title_does_not_make_a_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
