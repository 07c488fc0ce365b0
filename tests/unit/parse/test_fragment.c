#include "parse/fragment.h"

#include "test.h"

#include <string.h>

/* Packs, moves the block, lets go of all that went in, and unpacks. */
static void a_piece_outlives_what_it_borrowed(void **state)
{
	char *text = strdup("host7" "first line" "" "the third\n and \x1d more");
	struct bytes *lines = calloc(3, sizeof(*lines));
	struct piece piece = { .time_ms = -7, .serial = UINT64_MAX, .daemon = true,
			       .node = { text, 5 }, .lines = lines, .count = 3 };
	const struct piece *found;
	size_t size;
	void *block, *moved;

	(void)state;
	lines[0] = (struct bytes){ text + 5, 10 };
	lines[1] = (struct bytes){ text + 15, 0 };
	lines[2] = (struct bytes){ text + 15, strlen(text + 15) };
	size = piece_packed_size(&piece);
	block = malloc(size);
	moved = malloc(size);
	piece_pack(&piece, block);
	memset(text, 'x', strlen(text));
	free(text);
	free(lines);
	memcpy(moved, block, size);
	memset(block, 'x', size);
	free(block);

	found = piece_unpack(moved);
	assert_int_equal(found->time_ms, -7);
	assert_true(found->serial == UINT64_MAX);
	assert_true(found->daemon);
	assert_int_equal(found->count, 3);
	assert_bytes_equal(found->node, "host7");
	assert_bytes_equal(found->lines[0], "first line");
	assert_int_equal(found->lines[1].len, 0);
	assert_bytes_equal(found->lines[2], "the third\n and \x1d more");
	free(moved);
}

static void a_piece_may_name_no_node(void **state)
{
	const struct bytes line = { "x", 1 };
	const struct piece piece = { .lines = &line, .count = 1 };
	void *block = malloc(piece_packed_size(&piece));

	(void)state;
	piece_pack(&piece, block);
	assert_int_equal(piece_unpack(block)->node.len, 0);
	assert_bytes_equal(piece_unpack(block)->lines[0], "x");
	free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_piece_outlives_what_it_borrowed),
		cmocka_unit_test(a_piece_may_name_no_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
