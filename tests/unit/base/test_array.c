#include "base/array.h"

#include "test.h"

#include <stdlib.h>

static void adding_keeps_what_is_there(void **state)
{
	uint64_t *numbers = NULL;
	size_t cap = 0, moves = 0;

	(void)state;
	for (uint64_t i = 0; i < 10000; i++) {
		size_t before = cap;

		assert_int_equal(array_grow(&numbers, &cap, i + 1, sizeof(*numbers), NULL), 0);
		assert_true(cap > i);
		moves += cap != before;
		numbers[i] = i * i;
	}
	for (uint64_t i = 0; i < 10000; i++)
		assert_int_equal(numbers[i], i * i);
	assert_true(moves < 14);
	free(numbers);
}

static void there_is_room_for_many_at_once(void **state)
{
	char *bytes = NULL;
	size_t cap = 0;

	(void)state;
	assert_int_equal(array_grow(&bytes, &cap, 1000, 1, NULL), 0);
	assert_true(cap >= 1000);
	memset(bytes, 'x', 1000);
	free(bytes);
}

static void more_than_there_can_be_changes_nothing(void **state)
{
	struct error err;
	size_t cap = 0;
	uint64_t *numbers = NULL, *before;

	(void)state;
	assert_int_equal(array_grow(&numbers, &cap, 1, sizeof(*numbers), NULL), 0);
	before = numbers;
	/* So many that the bytes cannot be counted; nobody is asked for them. */
	for (int bits = 0; bits < 4; bits++) {
		assert_int_equal(array_grow(&numbers, &cap, SIZE_MAX >> bits, sizeof(*numbers), &err),
				 ERR_NOMEM);
		assert_string_equal(err.text, "out of memory");
		assert_ptr_equal(numbers, before);
		assert_int_equal(cap, 16);
	}
	free(numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adding_keeps_what_is_there),
		cmocka_unit_test(there_is_room_for_many_at_once),
		cmocka_unit_test(more_than_there_can_be_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
