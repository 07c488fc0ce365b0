#include "relay.h"

#include "test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIECES 20000u
#define LARGE ((size_t)3 << 20)

/* What came out at the other end. */
struct taken {
	unsigned count;
	unsigned fails_at;	/* the piece of this number; 0: none */
	unsigned wrong;
	bool slow;
};

/* Piece n: its numbers, node and lines all follow from n. */
static void make(struct piece *piece, struct bytes *lines, char *text, unsigned n)
{
	size_t len = 0;

	*piece = (struct piece){ .time_ms = -(int64_t)n, .serial = UINT64_MAX - n, .daemon = n % 2,
				 .lines = lines, .count = 1 + n % 7 };
	if (n % 3 == 0)
		piece->node = (struct bytes){ text, len = (size_t)sprintf(text, "host%u", n) };
	for (size_t i = 0; i < piece->count; i++) {
		lines[i] = (struct bytes){ text + len, (size_t)sprintf(text + len, "%0*u", (int)(i * n % 300), n) };
		len += lines[i].len;
	}
}

static bool same(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

static bool is_piece(const struct piece *got, unsigned n)
{
	struct bytes lines[8];
	char text[4096];
	struct piece want;
	bool equal;

	make(&want, lines, text, n);
	equal = got->time_ms == want.time_ms && got->serial == want.serial &&
		got->daemon == want.daemon && got->count == want.count && same(got->node, want.node);
	for (size_t i = 0; equal && i < want.count; i++)
		equal = same(got->lines[i], want.lines[i]);
	return equal;
}

static int take(void *arg, const struct piece *piece, struct error *err)
{
	struct taken *t = arg;

	t->count++;
	if (t->slow)
		usleep(100);
	t->wrong += !is_piece(piece, t->count);
	return t->count == t->fails_at ? error_set(err, ERR_TRAIL, "no more") : 0;
}

static int put(struct relay *r, unsigned n, struct error *err)
{
	struct bytes lines[8];
	char text[4096];
	struct piece piece;

	make(&piece, lines, text, n);
	return relay_put(r, &piece, err);
}

static void pieces_come_out_as_they_went_in(void **state)
{
	struct taken t = { 0 };
	struct relay *r = relay_new(take, &t);
	struct error err;

	(void)state;
	for (unsigned n = 1; n <= PIECES; n++) {
		assert_int_equal(put(r, n, &err), 0);
		if (n % 4321 != 0)
			continue;
		assert_int_equal(relay_drain(r, &err), 0);
		assert_int_equal(t.count, n);
	}
	assert_int_equal(relay_drain(r, &err), 0);
	assert_int_equal(t.count, PIECES);
	assert_int_equal(t.wrong, 0);
	relay_free(r);
}

static void what_was_put_is_handed_on_before_the_end(void **state)
{
	struct taken t = { .slow = true };
	struct relay *r = relay_new(take, &t);
	struct error err;

	(void)state;
	for (unsigned n = 1; n <= 500; n++)
		assert_int_equal(put(r, n, &err), 0);
	relay_free(r);
	assert_int_equal(t.count, 500);
	assert_int_equal(t.wrong, 0);
}

static void nothing_is_handed_on_after_a_failure(void **state)
{
	struct taken t = { .fails_at = 300 };
	struct relay *r = relay_new(take, &t);
	struct error err;
	int rc = 0;

	(void)state;
	for (unsigned n = 1; n <= PIECES && rc == 0; n++)
		rc = put(r, n, &err);
	assert_int_equal(rc, ERR_TRAIL);
	assert_string_equal(err.text, "no more");
	memset(&err, 0, sizeof(err));
	assert_int_equal(put(r, PIECES, &err), 0);
	assert_int_equal(relay_drain(r, &err), ERR_TRAIL);
	assert_string_equal(err.text, "no more");
	relay_free(r);
	assert_int_equal(t.count, 300);
}

static int measure(void *arg, const struct piece *piece, struct error *err)
{
	(void)err;
	*(size_t *)arg += piece->lines[0].len + (size_t)(piece->lines[0].data[LARGE - 1] == 'x');
	return 0;
}

static void a_piece_may_be_larger_than_a_batch(void **state)
{
	char *text = malloc(LARGE);
	struct bytes line = { text, LARGE };
	const struct piece piece = { .lines = &line, .count = 1 };
	size_t measured = 0;
	struct relay *r = relay_new(measure, &measured);
	struct error err;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', LARGE);
	for (int i = 0; i < 3; i++)
		assert_int_equal(relay_put(r, &piece, &err), 0);
	assert_int_equal(relay_drain(r, &err), 0);
	assert_int_equal(measured, 3 * (LARGE + 1));
	relay_free(r);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_come_out_as_they_went_in),
		cmocka_unit_test(what_was_put_is_handed_on_before_the_end),
		cmocka_unit_test(nothing_is_handed_on_after_a_failure),
		cmocka_unit_test(a_piece_may_be_larger_than_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
