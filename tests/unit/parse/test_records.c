#include "parse/records.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#define ID "msg=audit(1795456513.347:9): "
#define SYSCALL "type=SYSCALL " ID "arch=c000003e syscall=313 success=yes"
#define MODULE "type=KERN_MODULE " ID "name=\"dummy\""
#define PROCTITLE "type=PROCTITLE " ID "proctitle=6D6F64"
#define PATH(item) "type=PATH " ID "item=" item " name=\"/x\""
#define EXECVE(fields) "type=EXECVE " ID fields

static int setup(void **state)
{
	static struct records r;

	records_init(&r);
	*state = &r;
	return 0;
}

static int teardown(void **state)
{
	records_release(*state);
	return 0;
}

static int add(struct records *r, const char *text)
{
	return records_add(r, text, strlen(text));
}

static void assert_text(struct records *r, const char *want)
{
	size_t len;
	const char *text = records_text(r, &len);

	assert_non_null(text);
	assert_int_equal(len, strlen(want));
	assert_memory_equal(text, want, len);
}

static void a_record_is_held_once(void **state)
{
	struct records *r = *state;

	assert_int_equal(add(r, SYSCALL), 1);
	assert_int_equal(add(r, SYSCALL), 0);
	assert_int_equal(add(r, SYSCALL "\r\n"), 0);
	assert_int_equal(add(r, MODULE), 1);
	assert_int_equal(r->count, 2);
	assert_text(r, SYSCALL "\n" MODULE "\n");
}

static void the_enriched_record_wins(void **state)
{
	struct records *r = *state;

	assert_int_equal(add(r, SYSCALL), 1);
	assert_int_equal(add(r, SYSCALL "\x1d" "ARCH=x86_64"), 1);
	assert_int_equal(add(r, SYSCALL), 0);
	assert_text(r, SYSCALL "\x1d" "ARCH=x86_64\n");
}

/* One host's log, and what a collector made of it: the one that is whole stays. */
static void a_record_whose_separator_is_lost_is_the_same(void **state)
{
	static const char *const forms[] = { "#035", " ", "", "^]", "\xef\xbf\xbd", "\x1d" };
	struct records *r = *state;

	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		char line[300];

		snprintf(line, sizeof(line), SYSCALL "%sARCH=x86_64 UID=\"root\"", forms[i]);
		assert_true(add(r, line) >= 0);
		assert_int_equal(r->count, 1);
	}
	assert_text(r, SYSCALL "\x1d" "ARCH=x86_64 UID=\"root\"\n");
	assert_int_equal(add(r, SYSCALL "#035ARCH=x86_64 UID=\"root\""), 0);
}

static void a_node_makes_no_other_record(void **state)
{
	struct records *r = *state;

	assert_int_equal(add(r, MODULE), 1);
	assert_int_equal(add(r, "node=a " MODULE), 1);
	assert_int_equal(add(r, MODULE), 0);
	assert_text(r, "node=a " MODULE "\n");
	assert_int_equal(add(r, MODULE "\x1d" "X=1"), 1);
	assert_text(r, MODULE "\x1d" "X=1\n");
}

static void eoe_and_what_is_no_record_is_left_out(void **state)
{
	struct records *r = *state;

	assert_int_equal(add(r, "type=EOE " ID), 0);
	assert_int_equal(add(r, ""), 0);
	assert_int_equal(add(r, "hello"), 0);
	assert_int_equal(records_add(r, MODULE "\0x", sizeof(MODULE "\0x") - 1), 0);
	assert_int_equal(r->count, 0);
	assert_int_equal(r->dropped, 0);
	assert_text(r, "");
}

static void a_text_is_added_line_by_line(void **state)
{
	static const char text[] = SYSCALL "\n\n" MODULE "\n" SYSCALL "\n" PROCTITLE;
	struct records *r = *state;

	assert_int_equal(records_add_text(r, text, sizeof(text) - 1), 3);
	assert_int_equal(records_add_text(r, text, sizeof(text) - 1), 0);
	assert_text(r, SYSCALL "\n" MODULE "\n" PROCTITLE "\n");
}

/* In the order of the set, which is the kernel's. */
static const char *const event[] = {
	"type=CONFIG_CHANGE " ID "op=add_rule",
	"node=b " SYSCALL "\x1d" "ARCH=x86_64",
	MODULE,
	EXECVE("argc=40 a0=\"x\" a1=\"y\""),
	EXECVE("a2=\"9\" a3=\"8\""),
	EXECVE("a10_len=9000 a10[0]=41"),
	EXECVE("a10[1]=40"),
	EXECVE("a10[2]=3F"),
	EXECVE("a11=\"7\""),
	"type=LOGIN " ID "pid=1",
	"type=SOCKADDR " ID "saddr=10",
	"type=CWD " ID "cwd=\"/\"",
	PATH("0"),
	PATH("1"),
	PATH("2"),
	PATH("10"),
	"type=PATH " ID "name=\"/item\"",
	PROCTITLE,
};

static void swap(size_t *a, size_t *b)
{
	size_t c = *a;

	*a = *b;
	*b = c;
}

static void any_order_of_arrival_gives_the_same_bytes(void **state)
{
	struct records *r = *state;
	char want[4096];
	size_t order[ARRAY_SIZE(event)], len = 0;
	unsigned seed = 1;

	for (size_t i = 0; i < ARRAY_SIZE(event); i++) {
		order[i] = i;
		len += (size_t)snprintf(want + len, sizeof(want) - len, "%s\n", event[i]);
	}
	for (int round = 0; round < 500; round++) {
		for (size_t i = ARRAY_SIZE(event) - 1; i > 0; i--) {
			seed = seed * 1103515245 + 12345;
			swap(&order[i], &order[(seed >> 16) % (i + 1)]);
		}
		records_clear(r);
		for (size_t i = 0; i < ARRAY_SIZE(event); i++)
			assert_int_equal(add(r, event[order[i]]), 1);
		assert_text(r, want);
	}
}

static void forms_of_a_record_give_the_same_bytes_in_any_order(void **state)
{
	static const char *const forms[] = {
		SYSCALL, "node=a " SYSCALL, "node=b " SYSCALL,
		SYSCALL "\x1d" "A=1", SYSCALL "\x1d" "A=2", "node=a " SYSCALL "\x1d" "A=2",
	};
	struct records *r = *state;

	for (size_t first = 0; first < ARRAY_SIZE(forms); first++) {
		for (size_t step = 1; step <= 5; step += 4) {
			records_clear(r);
			for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
				assert_true(add(r, forms[(first + i * step) % ARRAY_SIZE(forms)]) >= 0);
			assert_text(r, "node=a " SYSCALL "\x1d" "A=2\n");
		}
	}
}

static void what_was_read_stays_right_while_the_set_grows(void **state)
{
	struct records *r = *state;
	char text[256];

	for (int i = 1999; i >= 0; i--) {
		snprintf(text, sizeof(text), PATH("%d") " inode=%d", i, i * 7);
		assert_int_equal(add(r, text), 1);
	}
	records_sort(r);
	for (int i = 0; i < 2000; i++) {
		snprintf(text, sizeof(text), "item=%d name=\"/x\" inode=%d", i, i * 7);
		assert_int_equal(r->line[i].fields.len, strlen(text));
		assert_memory_equal(r->line[i].fields.data, text, strlen(text));
		assert_int_equal(r->line[i].serial, 9);
	}
	snprintf(text, sizeof(text), PATH("%d") " inode=%d", 3, 21);
	assert_int_equal(add(r, text), 0);
}

static void more_records_than_the_bound_are_dropped_and_counted(void **state)
{
	struct records *r = *state;
	char text[128];

	for (unsigned i = 0; i < RECORDS_MAX + 5; i++) {
		snprintf(text, sizeof(text), PATH("%u"), i);
		assert_int_equal(add(r, text), i < RECORDS_MAX);
	}
	assert_int_equal(r->count, RECORDS_MAX);
	assert_int_equal(r->dropped, 5);
	records_clear(r);
	assert_int_equal(r->dropped, 0);
	assert_int_equal(add(r, SYSCALL), 1);
}

static void more_bytes_than_the_bound_are_dropped_and_counted(void **state)
{
	static char text[300000];
	struct records *r = *state;
	size_t len;

	memset(text, 'x', sizeof(text));
	for (int i = 0; i < 4; i++) {
		int head = snprintf(text, 100, PATH("%d"), i);

		text[head] = ' ';
		assert_int_equal(records_add(r, text, sizeof(text)), i < 3);
	}
	assert_int_equal(r->dropped, 1);
	assert_int_equal(add(r, SYSCALL), 1);
	assert_non_null(records_text(r, &len));
	assert_true(len <= RECORDS_BYTES_MAX);
	assert_int_equal(len, 3 * (sizeof(text) + 1) + strlen(SYSCALL) + 1);
}

static void an_enriched_half_beyond_the_bound_leaves_the_record_raw(void **state)
{
	size_t len = RECORDS_BYTES_MAX - 1;
	AUTO(freep) char *text = malloc(len);
	struct records *r = *state;

	assert_non_null(text);
	memset(text, 'x', len);
	memcpy(text, SYSCALL "\x1d", sizeof(SYSCALL));
	assert_int_equal(add(r, MODULE), 1);
	assert_int_equal(add(r, SYSCALL), 1);
	assert_int_equal(records_add(r, text, len), 0);
	assert_text(r, SYSCALL "\n" MODULE "\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_record_is_held_once, setup, teardown),
		cmocka_unit_test_setup_teardown(the_enriched_record_wins, setup, teardown),
		cmocka_unit_test_setup_teardown(a_record_whose_separator_is_lost_is_the_same, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_node_makes_no_other_record, setup, teardown),
		cmocka_unit_test_setup_teardown(eoe_and_what_is_no_record_is_left_out, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_text_is_added_line_by_line, setup, teardown),
		cmocka_unit_test_setup_teardown(any_order_of_arrival_gives_the_same_bytes, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			forms_of_a_record_give_the_same_bytes_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_read_stays_right_while_the_set_grows,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			more_records_than_the_bound_are_dropped_and_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(
			more_bytes_than_the_bound_are_dropped_and_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(
			an_enriched_half_beyond_the_bound_leaves_the_record_raw, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
