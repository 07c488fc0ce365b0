#include "parse/sieve.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char *const keys[] = { "modules", "mine", NULL };

static bool matters(const char *type, const char *fields)
{
	char text[1024];
	struct record_head line;

	snprintf(text, sizeof(text), "type=%s msg=audit(1795456513.347:9): %s", type, fields);
	assert_int_equal(record_head_parse(&line, text, strlen(text)), LINE_OK);
	return sieve_rules_match(&line, keys);
}

static void module_calls_matter_on_any_architecture(void **state)
{
	static const char *const calls[] = {
		"c000003e syscall=175", "c000003e syscall=313", "c000003e syscall=176",
		"c000003e syscall=1073742137", "40000003 syscall=128", "c00000b7 syscall=273",
		"c00000f3 syscall=106", "80000016 syscall=344",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		char fields[256];

		snprintf(fields, sizeof(fields), "arch=%s success=no key=(null)", calls[i]);
		assert_true(matters("SYSCALL", fields));
	}
	assert_false(matters("SYSCALL", "arch=c000003e syscall=128 success=yes key=(null)"));
	assert_false(matters("SYSCALL", "arch=c00000b7 syscall=176 success=yes key=(null)"));
}

static void a_call_that_cannot_be_told_matters(void **state)
{
	static const char *const fields[] = {
		"arch=12345678 syscall=1 key=(null)", "arch=x syscall=1 key=(null)",
		"syscall=257 arch=c000003e key=(null)", "arch=c000003e syscall=-1 key=(null)",
		"arch=1c000003e syscall=1 key=(null)", "arch=c000003e syscall=1`9 key=modules", "",
		"arch=c000003e syscall=99999999999999999999 key=(null)",
		"arch=c000003e syscall=52:79): arch=c000003e syscall=313 key=(null)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		assert_true(matters("SYSCALL", fields[i]));
}

#define EXEC "arch=c000003e syscall=59 success=yes a0=1 "

static void executions_of_the_tools_matter(void **state)
{
	(void)state;
	assert_true(matters("SYSCALL", EXEC "comm=\"insmod\" exe=\"/bin/x\" key=(null)"));
	assert_true(matters("SYSCALL", EXEC "comm=\"x\" exe=\"/usr/bin/kmod\" key=(null)"));
	assert_true(matters("SYSCALL", EXEC "comm=6D6F6470726F62652078 exe=\"/x\" key=(null)"));
	assert_true(matters("SYSCALL", "arch=40000003 syscall=11 comm=\"rmmod\" key=(null)"));
	assert_true(matters("SYSCALL", "arch=c000003e syscall=322 comm=\"rmmod\" key=(null)"));
	assert_false(matters("SYSCALL", EXEC "comm=\"ls\" exe=\"/usr/bin/ls\" key=\"exec\""));
	/* Not an exec: what kmod opens is of no interest. */
	assert_false(matters("SYSCALL", "arch=c000003e syscall=257 comm=\"kmod\" key=\"access\""));
}

static void arguments_that_name_a_tool_matter(void **state)
{
	(void)state;
	assert_true(matters("EXECVE", "argc=2 a0=\"insmod\" a1=\"x\""));
	assert_true(matters("EXECVE", "argc=2 a0=\"sh\" a1=2F7362696E2F726D6D6F6400"));
	assert_true(matters("EXECVE", "argc=2 a0_len=9000 a0[0]=41"));
	assert_true(matters("EXECVE", "argc=1 a0=\"lsmod\""));
	assert_true(matters("EXECVE", "argc=1 a0=\"depmod\""));
	assert_true(matters("EXECVE", "argc=1 a0=\"/sbin/kmod\""));
	assert_true(matters("EXECVE", "argc=1 a0=\"modprobe\""));
	assert_true(matters("EXECVE", "argc=1 a0=\"modinfo\""));
	assert_true(matters("EXECVE", "argc=1 a0=\"chmod;insmod\""));
	assert_true(matters("EXECVE", "argc=1 a0=206D6F6470726F6265"));
	assert_false(matters("EXECVE", "argc=2 a0=\"chmod\" a1=\"/x\""));
	assert_false(matters("EXECVE", "argc=1 a0=63686D6F6420"));
	assert_false(matters("EXECVE", "mod"));
	assert_false(matters("EXECVE", "argc=2 a0=\"ls\" a1=\"mo\" a2=\"mmo\" a3=\"6D6\""));
	assert_false(matters("EXECVE", ""));
	assert_false(matters("EXECVE", "mo"));
}

#define CALL "arch=c000003e syscall=257 comm=\"x\" exe=\"/x\" subj=unconfined key="

static void wanted_keys_matter_alone_and_among_others(void **state)
{
	(void)state;
	assert_true(matters("SYSCALL", CALL "\"modules\""));
	assert_true(matters("SYSCALL", CALL "\"mine\""));
	assert_true(matters("SYSCALL", CALL "6163636573730" "16D6F64756C6573"));
	assert_true(matters("SYSCALL", CALL "\"modules\"\x1d" "ARCH=x86_64 SYSCALL=openat"));
	assert_true(matters("SYSCALL", CALL "\"modules\" more=1"));
	assert_false(matters("SYSCALL", CALL "(null)"));
	assert_false(matters("SYSCALL", CALL "\"access\""));
	assert_false(matters("SYSCALL", CALL "\"access\"\x1d" "AUID=\"modules\""));
	assert_false(matters("SYSCALL", CALL "616363657373"));
}

/* Nobody knows what is behind it. */
static void a_call_with_another_record_in_its_line_matters(void **state)
{
	(void)state;
	assert_true(matters("SYSCALL", CALL "(null) type=PATH msg=audit(1795456513.347:9): item=0"));
	assert_true(matters("SYSCALL", CALL "\"access\" node=b type=CWD msg=audit(1.000:1): cwd=\"/\""));
	assert_false(matters("SYSCALL", CALL "(null) type=PATH msg=audit[1795456513.347:9]: item=0"));
}

static void facts_matter_always(void **state)
{
	(void)state;
	assert_true(matters("KERN_MODULE", "name=\"x\""));
	assert_true(matters("CONFIG_CHANGE", "op=add_rule"));
	assert_true(matters("DAEMON_START", "op=start"));
	assert_true(matters("KERNEL", "state=initialized"));
}

static void a_type_may_be_written_as_its_number(void **state)
{
	(void)state;
	assert_true(matters("UNKNOWN[1330]", "name=\"x\""));
	assert_true(matters("UNKNOWN[1305]", "op=add_rule"));
	assert_true(matters("UNKNOWN[1300]", "arch=c000003e syscall=313 key=(null)"));
	assert_false(matters("UNKNOWN[1300]", "arch=c000003e syscall=2 key=(null)"));
	assert_true(matters("UNKNOWN[1309]", "argc=2 a0=\"insmod\" a1=\"x.ko\""));
	assert_true(matters("UNKNOWN[1203]", "op=reconfigure"));
	assert_true(matters("UNKNOWN[2000]", "state=initialized"));
	assert_false(matters("UNKNOWN[1302]", "name=\"insmod\" key=\"modules\""));
	assert_false(matters("UNKNOWN[13300]", "name=\"x\""));
	assert_false(matters("UNKNOWN[1330", "name=\"x\""));
	assert_false(matters("UNKNOWN[]", "name=\"x\""));
}

static void user_records_matter_by_the_marker_only(void **state)
{
	static const char *const types[] = { "USER", "TRUSTED_APP", "TEST", "USER_CMD",
					     "MAC_CHECK", "UNKNOWN[1199]", "UNKNOWN[2999]" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		assert_true(matters(types[i], "pid=1 msg='op=modtrail run=1'"));
		assert_false(matters(types[i], "pid=1 msg='type=SYSCALL syscall=313 "
					       "key=\"modules\" modtrai'"));
	}
}

static void what_only_comes_with_others_does_not_matter(void **state)
{
	static const char *const types[] = { "PATH", "CWD", "PROCTITLE", "EOE", "SOCKADDR", "AVC",
					     "LOGIN", "MAC_STATUS", "APPARMOR_DENIED",
					     "UNKNOWN[1340]" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		assert_false(matters(types[i], "name=\"modtrail kmod\" key=\"modules\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(module_calls_matter_on_any_architecture),
		cmocka_unit_test(a_call_that_cannot_be_told_matters),
		cmocka_unit_test(executions_of_the_tools_matter),
		cmocka_unit_test(arguments_that_name_a_tool_matter),
		cmocka_unit_test(wanted_keys_matter_alone_and_among_others),
		cmocka_unit_test(a_call_with_another_record_in_its_line_matters),
		cmocka_unit_test(facts_matter_always),
		cmocka_unit_test(a_type_may_be_written_as_its_number),
		cmocka_unit_test(user_records_matter_by_the_marker_only),
		cmocka_unit_test(what_only_comes_with_others_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
