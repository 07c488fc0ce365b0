/* What stays in the window, and where it is, whatever is read and in which pieces. */
#include "read/window.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <cmocka.h>

static char byte_at(uint64_t offset)
{
	return (char)(offset * 31 + offset / 255);
}

/* Puts as many as len bytes of the stream into the window. */
static size_t feed(struct window *w, uint64_t keep_from, size_t len)
{
	uint64_t end = window_end(w);
	char *at;
	size_t n = MIN(len, window_room(w, keep_from, &at));

	for (size_t i = 0; i < n; i++)
		at[i] = byte_at(end + i);
	window_grow(w, n, NULL);
	return n;
}

static void is_empty_at_first(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	assert_int_equal(window_end(&w), 0);
	window_release(&w);
	assert_null(w.data);
}

static void releases_a_zeroed_window(void **state)
{
	struct window w = { 0 };

	(void)state;
	window_release(&w);
	assert_null(w.data);
}

static void always_has_room_for_a_line(void **state)
{
	struct window w;
	char *at;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	for (int i = 0; i < 200; i++) {
		uint64_t end = window_end(&w);
		uint64_t keep_from = end - MIN(end, WINDOW_LINE_MAX - 1);

		assert_true(window_room(&w, MAX(keep_from, w.base), &at) >= WINDOW_LINE_MAX);
		feed(&w, MAX(keep_from, w.base), 99991);
	}
	window_release(&w);
}

static void keeps_what_may_be_looked_up(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	for (int i = 0; i < 300; i++) {
		uint64_t keep_from = window_end(&w);

		feed(&w, keep_from, 65537);
		assert_true(w.base <= keep_from - MIN(keep_from, WINDOW_KEEP));
	}
	window_release(&w);
}

/* Each byte, from the first that is kept to the last, is where its offset says, in one piece. */
static void offsets_survive_the_slide(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	for (int i = 0; i < 40; i++) {
		const char *from;

		feed(&w, window_end(&w), 250000);
		from = window_at(&w, w.base);
		for (size_t at = 0; at < w.len; at++)
			if (from[at] != byte_at(w.base + at))
				fail_msg("byte %zu of feed %d", at, i);
	}
	assert_true(w.base > 2 * WINDOW_SIZE);
	window_release(&w);
}

static void a_place_is_known_in_both_copies(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	w.ring[7] = 'x';
	assert_int_equal(w.ring[WINDOW_SIZE + 7], 'x');
	w.ring[2 * WINDOW_SIZE - 1] = 'y';
	assert_int_equal(w.ring[WINDOW_SIZE - 1], 'y');
	assert_true(window_same_place(w.ring + 7, w.ring + 7));
	assert_true(window_same_place(w.ring + 7, w.ring + WINDOW_SIZE + 7));
	assert_true(window_same_place(w.ring + WINDOW_SIZE + 7, w.ring + 7));
	assert_false(window_same_place(w.ring + 7, w.ring + 8));
	assert_false(window_same_place(w.ring + WINDOW_SIZE + 7, w.ring + 8));
	window_release(&w);
}

static void another_stream_begins_at_0(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	for (int i = 0; i < 40; i++)
		feed(&w, window_end(&w), 250000);
	window_clear(&w);
	assert_int_equal(window_end(&w), 0);
	feed(&w, 0, WINDOW_LINE_MAX);
	assert_int_equal(*window_at(&w, 77), byte_at(77));
	window_release(&w);
}

static void shrinking_gives_back_the_last_bytes(void **state)
{
	struct window w;

	(void)state;
	assert_int_equal(window_init(&w), 0);
	feed(&w, 0, 100);
	window_shrink(&w, 30);
	assert_int_equal(window_end(&w), 70);
	feed(&w, 70, 5);
	assert_int_equal(window_end(&w), 75);
	assert_int_equal(*window_at(&w, 74), byte_at(74));
	window_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_empty_at_first),
		cmocka_unit_test(releases_a_zeroed_window),
		cmocka_unit_test(always_has_room_for_a_line),
		cmocka_unit_test(keeps_what_may_be_looked_up),
		cmocka_unit_test(offsets_survive_the_slide),
		cmocka_unit_test(a_place_is_known_in_both_copies),
		cmocka_unit_test(another_stream_begins_at_0),
		cmocka_unit_test(shrinking_gives_back_the_last_bytes),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
