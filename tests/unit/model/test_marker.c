#include "test.h"

#include "model/cell.h"
#include "model/marker.h"

#include <stdio.h>

static struct bytes text_of(const struct marker_text *m)
{
	return (struct bytes){ m->text, m->len };
}

static void fields_come_back_as_they_went_in(void **state)
{
	struct marker_text m;
	struct bytes word;
	char value[200];
	int64_t number;

	(void)state;
	marker_begin(&m, "probe", "00c0ffee");
	marker_add(&m, "rule", "-a always,exit -F path=/usr/bin/kmod -k \"x\"");
	marker_add_number(&m, "pid", -42);
	marker_add(&m, "nothing", NULL);
	marker_add(&m, "empty", "");

	assert_false(m.cut);
	assert_true(marker_word(text_of(&m), &word));
	assert_bytes_equal(word, "probe");
	assert_true(marker_get(text_of(&m), "run", value, sizeof(value)));
	assert_string_equal(value, "00c0ffee");
	assert_true(marker_get(text_of(&m), "rule", value, sizeof(value)));
	assert_string_equal(value, "-a always,exit -F path=/usr/bin/kmod -k \"x\"");
	assert_true(marker_get_number(text_of(&m), "pid", &number));
	assert_int_equal(number, -42);
	assert_false(marker_get(text_of(&m), "nothing", value, sizeof(value)));
	assert_false(marker_get(text_of(&m), "empty", value, sizeof(value)));
}

static void no_byte_of_a_value_can_end_it(void **state)
{
	struct marker_text m;
	char value[8];

	(void)state;
	for (int c = 1; c < 256; c++) {
		char one[] = { 'a', (char)c, 'b', '\0' };

		marker_begin(&m, "claim", "r");
		marker_add(&m, "x", one);
		for (size_t i = 0; i < m.len; i++)
			assert_true(m.text[i] > 0x1f && m.text[i] < 0x7f);
		assert_null(strpbrk(m.text + strlen("op=modtrail-claim v=1 run=r x="), " '\"="));
		assert_true(marker_get(text_of(&m), "x", value, sizeof(value)));
		assert_string_equal(value, one);
	}
}

static void a_value_that_does_not_fit_is_left_out_and_told(void **state)
{
	static char large[MARKER_MAX];
	struct marker_text m;
	char value[8];

	(void)state;
	memset(large, ' ', sizeof(large) - 1);
	marker_begin(&m, "claim", "r");
	marker_add(&m, "x", large);
	assert_true(m.cut);
	marker_add(&m, "y", "fits");
	assert_false(marker_get(text_of(&m), "x", value, sizeof(value)));
	assert_true(marker_get(text_of(&m), "y", value, sizeof(value)));
	assert_false(marker_get(text_of(&m), "y", value, 4));
}

static void what_is_no_marker_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "op=modtrail-", "op=modtrail- v=1", "op=modtrail-begin", "op=modtrail-begin v=2 run=x",
		"op=modtrail-begin v=11", "op=other v=1", " op=modtrail-begin v=1",
	};
	struct bytes word;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(marker_word((struct bytes){ texts[i], strlen(texts[i]) }, &word));
}

static void a_broken_encoding_is_no_value(void **state)
{
	static const char *const texts[] = { "x=%", "x=a%4", "x=%zz", "x=%00", "x=%4z" };
	char value[8];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		assert_false(marker_get((struct bytes){ texts[i], strlen(texts[i]) }, "x", value,
					sizeof(value)));
	assert_true(marker_get(BYTES("x=%41"), "x", value, sizeof(value)));
	assert_string_equal(value, "A");
}

static void a_number_is_nothing_but_a_number(void **state)
{
	int64_t number = 5;

	(void)state;
	assert_false(marker_get_number(BYTES("n=12x"), "n", &number));
	assert_false(marker_get_number(BYTES("n=%2012"), "n", &number));
	assert_false(marker_get_number(BYTES("n="), "n", &number));
	assert_int_equal(number, 5);
}

static void every_cell_has_a_text_and_the_text_is_its_own(void **state)
{
	char text[CELL_TEXT];
	struct cell c;

	(void)state;
	for (int m = 0; m < MECHANISM_COUNT; m++) {
		for (int a = 0; a < ACTOR_COUNT; a++) {
			cell_text((struct cell){ (enum mechanism)m, (enum actor)a }, text);
			assert_true(cell_parse((struct bytes){ text, strlen(text) }, &c));
			assert_int_equal(c.mechanism, m);
			assert_int_equal(c.actor, a);
		}
		assert_int_equal(mechanism_tool((enum mechanism)m) == NULL,
				 mechanism_call((enum mechanism)m) != CALL_NONE);
		assert_int_equal(mechanism_abi((enum mechanism)m) == ABI_NONE,
				 mechanism_call((enum mechanism)m) == CALL_NONE);
	}
	assert_false(cell_parse(BYTES("finit_module.b64"), &c));
	assert_false(cell_parse(BYTES("finit_module/root"), &c));
	assert_false(cell_parse(BYTES("finit_module.b64/admin"), &c));
	assert_false(cell_parse(BYTES(""), &c));
}

static void the_login_id_makes_the_actor(void **state)
{
	(void)state;
	assert_int_equal(actor_of_auid(ID_UNSET), ACTOR_DAEMON);
	assert_int_equal(actor_of_auid(NUM_NONE), ACTOR_DAEMON);
	assert_int_equal(actor_of_auid(0), ACTOR_ROOT);
	assert_int_equal(actor_of_auid(1000), ACTOR_LOGIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_come_back_as_they_went_in),
		cmocka_unit_test(no_byte_of_a_value_can_end_it),
		cmocka_unit_test(a_value_that_does_not_fit_is_left_out_and_told),
		cmocka_unit_test(what_is_no_marker_is_refused),
		cmocka_unit_test(a_broken_encoding_is_no_value),
		cmocka_unit_test(a_number_is_nothing_but_a_number),
		cmocka_unit_test(every_cell_has_a_text_and_the_text_is_its_own),
		cmocka_unit_test(the_login_id_makes_the_actor),
	};

	return cmocka_run_group_tests_name("marker", tests, NULL, NULL);
}
