/* Decode: modules without a call, tools that were refused, and other events under a wanted key. */
#include "decoding.h"

#define DENIED B64 "syscall=59 success=no exit=-13 a0=55 a1=56 a2=57 a3=8" IDS \
	"comm=\"dash\" exe=\"/usr/bin/dash\" subj=unconfined key=\"modules\"\n"
#define SHELL_TITLE "type=PROCTITLE" ID "proctitle=2F62696E2F7368002D63006563686F\n"
#define CALL(number, key) B64 "syscall=" #number " success=yes exit=3 a0=1" IDS \
	"comm=\"vi\" exe=\"/usr/bin/vi\" subj=unconfined key=" key "\n"
#define AT(item, name, type) "type=PATH" ID "item=" #item " name=" name " inode=39 dev=08:02" \
	" mode=0100644 ouid=0 ogid=0 rdev=00:00 " type "\n"

static void a_module_record_is_an_event_by_itself(void **state)
{
	const struct event *ev = decoded(*state, "type=KERN_MODULE" ID "name=\"hid_x\"\n");

	assert_int_equal(ev->kind, EVENT_MODULE);
	assert_false(ev->has_syscall);
	EXPECT(ev->module, "hid_x");
	assert_int_equal(ev->module_source, NAME_KERNEL);
	EXPECT_NONE(ev->tool);
	assert_int_equal(ev->auid, NUM_NONE);
}

static void a_module_of_an_unknown_machine_keeps_what_is_known(void **state)
{
	const struct event *ev = decoded(*state, "type=SYSCALL" ID "arch=c0005678 syscall=313 success=no"
		" exit=-17 a0=3" IDS MODPROBE "type=KERN_MODULE" ID "name=\"hid_x\"\n");

	assert_int_equal(ev->kind, EVENT_MODULE);
	assert_true(ev->has_syscall);
	assert_false(ev->success);
	assert_int_equal(ev->exit, -17);
	assert_int_equal(ev->call, CALL_NONE);
	assert_int_equal(ev->arch, 0xc0005678);
	assert_int_equal(ev->pid, 109);
	EXPECT(ev->tool, "modprobe");
	EXPECT(ev->keys, "modules");
}

static void a_module_without_a_name_has_that_of_the_title(void **state)
{
	const struct event *ev = decoded(*state, "type=KERN_MODULE" ID "name=\"?\"\n"
		"type=PROCTITLE" ID "proctitle=696E736D6F64002F746D702F782D792E6B6F2E787A\n");

	assert_int_equal(ev->kind, EVENT_MODULE);
	EXPECT(ev->module, "x_y");
	assert_int_equal(ev->module_source, NAME_PROCTITLE);
	ev = decoded(*state, "type=KERN_MODULE" ID "name=\"?\"\n" SHELL_TITLE);
	EXPECT_NONE(ev->module);
}

static void a_tool_that_is_refused_is_an_attempt(void **state)
{
	static const struct { const char *name, *tool, *path; bool intends; } cases[] = {
		{ "\"/usr/sbin/insmod\"", "insmod", "/usr/sbin/insmod", true },
		{ "\"./rmmod\"", "rmmod", "./rmmod", true },
		{ "2F6D792062696E2F6D6F6470726F6265", "modprobe", "/my bin/modprobe", true },
		{ "\"/sbin/lsmod\"", "lsmod", "/sbin/lsmod", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[2048];
		const struct event *ev;

		snprintf(text, sizeof(text), DENIED "type=CWD" ID "cwd=\"/home/x\"\n"
			 "type=PATH" ID "item=0 name=%s inode=1 mode=0100750 nametype=NORMAL\n"
			 AT(1, "\"/lib64/ld-linux-x86-64.so.2\"", "nametype=NORMAL") SHELL_TITLE,
			 cases[i].name);
		ev = decoded(*state, text);
		assert_int_equal(ev->kind, EVENT_EXEC);
		assert_false(ev->success);
		assert_int_equal(ev->exit, -13);
		EXPECT_TEXT(ev->tool, cases[i].tool);
		EXPECT_TEXT(ev->path, cases[i].path);
		assert_int_equal(ev->intends, cases[i].intends);
		assert_int_equal(ev->argv.len, strlen(cases[i].path) + 1);
		assert_string_equal(ev->argv.data, cases[i].path);
		assert_true(ev->argv_stale);
		EXPECT_NONE(ev->module);
		EXPECT(ev->cwd, "/home/x");
		EXPECT(ev->exe, "/usr/bin/dash");
	}
}

static void other_failed_executions_are_events_under_the_key(void **state)
{
	const struct event *ev = decoded(*state, DENIED AT(0, "\"/srv/backup\"", "nametype=NORMAL"));

	assert_int_equal(ev->kind, EVENT_KEYED);
	EXPECT(ev->syscall, "execve");
	EXPECT(ev->path, "/srv/backup");
	EXPECT_NONE(ev->tool);
	/* A shell that looks for it in one folder after another. */
	ev = decoded(*state, B64 "syscall=59 success=no exit=-2 a0=1" IDS MODPROBE
		     AT(0, "\"/usr/local/sbin/insmod\"", "nametype=UNKNOWN"));
	assert_int_equal(ev->kind, EVENT_KEYED);
	EXPECT(ev->path, "/usr/local/sbin/insmod");
	assert_int_equal(decoded(*state, DENIED)->kind, EVENT_KEYED);
	assert_int_equal(decoded(*state, B64 "syscall=59 success=no exit=-13 a0=1" IDS
				 "comm=\"sh\" exe=\"/bin/sh\" key=\"access\"\n"
				 AT(0, "\"/sbin/insmod\"", "nametype=NORMAL"))->kind, EVENT_NONE);
}

static void an_event_under_the_key_names_its_files(void **state)
{
	static const struct { const char *paths, *want; } cases[] = {
		{ AT(0, "\"/etc/modprobe.d/\"", "nametype=PARENT")
		  AT(1, "\"/etc/modprobe.d/x.conf\"", "nametype=CREATE"), "/etc/modprobe.d/x.conf" },
		{ AT(0, "\"/tmp/\"", "nametype=PARENT") AT(1, "\"/etc/modprobe.d/\"", "nametype=PARENT")
		  AT(2, "\"/tmp/x\"", "nametype=DELETE") AT(3, "\"/etc/modprobe.d/x\"", "nametype=CREATE"),
		  "/tmp/x,/etc/modprobe.d/x" },
		{ AT(0, "2F6574632F6120622E636F6E66", "nametype=NORMAL"), "/etc/a b.conf" },
		{ AT(0, "\"/etc\"", "objtype=PARENT") AT(1, "\"x\"", "objtype=CREATE"), "x" },
		{ AT(0, "\"/etc/modules\"", "obj=unconfined"), "/etc/modules" },
		{ AT(0, "(null)", "nametype=NORMAL") AT(1, "\"y\"", "nametype=NORMAL"), "y" },
		{ AT(0, "(null)", "nametype=PARENT") AT(1, "\"y\"", "nametype=NORMAL"), "y" },
		{ AT(0, "\"y\"", "nametype=NORMAL") AT(1, "(null)", "nametype=PARENT"), "y" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[4096];
		const struct event *ev;

		snprintf(text, sizeof(text), CALL(257, "\"modules\"") "%s" TITLE, cases[i].paths);
		ev = decoded(*state, text);
		assert_int_equal(ev->kind, EVENT_KEYED);
		EXPECT(ev->syscall, "openat");
		EXPECT_TEXT(ev->path, cases[i].want);
	}
	EXPECT_NONE(decoded(*state, CALL(257, "\"modules\"")
			    AT(0, "\"/etc\"", "nametype=PARENT"))->path);
}

static void an_event_under_the_key_names_its_call(void **state)
{
	EXPECT(decoded(*state, CALL(41, "\"modules\""))->syscall, "socket");
	EXPECT(decoded(*state, CALL(9999, "\"stig\""))->syscall, "9999");
	EXPECT(decoded(*state, "type=SYSCALL" ID "arch=c0000032 syscall=1190 success=yes" IDS
		       "comm=\"x\" key=\"modules\"\n")->syscall, "1190");
	EXPECT_NONE(decoded(*state, "type=SYSCALL" ID "success=yes comm=\"x\" key=\"modules\"\n")->syscall);
	/* Calls about modules have a member of their own. */
	EXPECT_NONE(decoded(*state, CALL(313, "\"modules\""))->syscall);
}

static void thousands_of_files_are_bounded_and_in_order(void **state)
{
	enum { FILES = 3000 };
	static char text[FILES * 80 + 4096];
	const struct event *ev;
	size_t len = (size_t)snprintf(text, sizeof(text), CALL(263, "\"modules\""));

	for (int i = 0; i < FILES; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "type=PATH" ID
					"item=%d name=\"f%d\" nametype=%s\n", i, i, i % 2 ? "DELETE" : "PARENT");
	ev = decoded(*state, text);
	assert_int_equal(ev->kind, EVENT_KEYED);
	assert_int_equal(memcmp(ev->path.data, "f1,f3,f5,", 9), 0);
	assert_int_equal(memcmp(ev->path.data + ev->path.len - 6, ",f2999", 6), 0);
	/* Nothing of it is left in the next event. */
	EXPECT(decoded(*state, CALL(263, "\"modules\"") AT(0, "\"z\"", "nametype=DELETE"))->path, "z");
	EXPECT_NONE(decoded(*state, FINIT MODPROBE AT(0, "\"z\"", "nametype=DELETE"))->path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DECODING_TEST(a_module_record_is_an_event_by_itself),
		DECODING_TEST(a_module_of_an_unknown_machine_keeps_what_is_known),
		DECODING_TEST(a_module_without_a_name_has_that_of_the_title),
		DECODING_TEST(a_tool_that_is_refused_is_an_attempt),
		DECODING_TEST(other_failed_executions_are_events_under_the_key),
		DECODING_TEST(an_event_under_the_key_names_its_files),
		DECODING_TEST(an_event_under_the_key_names_its_call),
		DECODING_TEST(thousands_of_files_are_bounded_and_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
