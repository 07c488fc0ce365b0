/*
 * For the tests of decode: records as the kernel and auditd write them, and
 * what decode makes of them.
 */
#ifndef MODTRAIL_TESTS_DECODING_H
#define MODTRAIL_TESTS_DECODING_H

#include "parse/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* *state of each test. The wanted keys are "modules" and "stig". */
struct decoding {
	struct decoder *decoder;
	struct records records;
	struct event ev;
	struct error err;
};

int decoding_setup(void **state);
int decoding_teardown(void **state);
#define DECODING_TEST(name) cmocka_unit_test_setup_teardown(name, decoding_setup, decoding_teardown)

/* Decodes the records of one event; the result is in f->ev. Returns what decode() does. */
int decode_bytes(struct decoding *f, const char *text, size_t len);

/* The same where it must work. Valid until the next call. */
const struct event *decoded(struct decoding *f, const char *text);

/* Fails unless got is want, NULs and all. */
void expect_bytes(struct bytes got, const char *want, size_t len, const char *file, int line);
#define EXPECT(got, literal) expect_bytes(got, literal, sizeof(literal) - 1, __FILE__, __LINE__)
#define EXPECT_TEXT(got, text) expect_bytes(got, text, strlen(text), __FILE__, __LINE__)
#define EXPECT_NONE(got) assert_null((got).data)

/* The middle of a SYSCALL record, as the kernel orders it. */
#define IDS " items=0 ppid=108 pid=109 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0" \
	" sgid=0 fsgid=0 tty=(none) ses=4294967295 "
#define ID " msg=audit(1795456283.072:9): "
#define B64 "type=SYSCALL" ID "arch=c000003e "
#define B32 "type=SYSCALL" ID "arch=40000003 "
#define MODPROBE "comm=\"modprobe\" exe=\"/usr/bin/kmod\" subj=unconfined key=\"modules\"\n"
#define STIM "comm=\"stim\" exe=\"/lab/stim\" subj=unconfined key=\"modules\"\n"
#define FINIT B64 "syscall=313 success=yes exit=0 a0=3 a1=55d5d45a24a0 a2=0 a3=3" IDS
#define EXECVE B64 "syscall=59 success=yes exit=0 a0=7ffc a1=7ffd a2=7ffe a3=0" IDS
#define TITLE "type=PROCTITLE" ID "proctitle=6D6F6470726F62650064756D6D79\n"

#endif
