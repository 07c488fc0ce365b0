#include "base/queue.h"

#include "test.h"

#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define ITEMS 20000u
#define BATCHES 8
#define LARGE ((size_t)3 << 20)

/* What came out at the other end. */
struct taken {
	atomic_uint count;
	unsigned fails_at;	/* the item of this number; 0: none */
	unsigned wrong;
	unsigned batches;	/* of more than one item */
	unsigned waiting;	/* of the batch at hand, with the items of before */
	const void *items[1024];
	bool slow;
};

/* Item n: its kind, size and bytes all follow from n. */
static size_t size_of(unsigned n)
{
	return sizeof(n) + n % 331;
}

static bool is_item(int kind, const void *item, size_t size, unsigned n)
{
	const unsigned char *bytes = (const unsigned char *)item + sizeof(n);
	bool equal = kind == (int)(n % 5) && size == size_of(n) && memcmp(item, &n, sizeof(n)) == 0 &&
		     (uintptr_t)item % _Alignof(max_align_t) == 0;

	for (size_t i = 0; equal && i < size - sizeof(n); i++)
		equal = bytes[i] == (unsigned char)n;
	return equal;
}

/* All items of the batch are still what they were. */
static void check_batch(struct taken *t)
{
	for (unsigned i = 0; i < t->waiting; i++) {
		unsigned n = t->count - t->waiting + 1 + i;

		t->wrong += t->waiting > ARRAY_SIZE(t->items) ||
			    !is_item((int)(n % 5), t->items[i], size_of(n), n);
	}
	t->batches += t->waiting > 1;
}

static int take(void *arg, int kind, void *item, size_t size, bool last, struct error *err)
{
	struct taken *t = arg;

	t->count++;
	if (t->slow)
		usleep(100);
	t->wrong += !is_item(kind, item, size, t->count);
	t->items[t->waiting++ % ARRAY_SIZE(t->items)] = item;
	if (last) {
		check_batch(t);
		t->waiting = 0;
	}
	return t->count == t->fails_at ? error_set(err, ERR_TRAIL, "no more") : 0;
}

static int put(struct queue *r, unsigned n, struct error *err)
{
	char *item = queue_reserve(r, (int)(n % 5), size_of(n), err);

	assert_non_null(item);
	memcpy(item, &n, sizeof(n));
	memset(item + sizeof(n), (unsigned char)n, size_of(n) - sizeof(n));
	return queue_push(r, err);
}

static void put_all_and_drain(bool threaded)
{
	struct taken t = { 0 };
	struct queue *r = queue_new(take, &t, threaded, BATCHES);
	struct error err;

	for (unsigned n = 1; n <= ITEMS; n++) {
		assert_int_equal(put(r, n, &err), 0);
		if (!threaded)
			assert_int_equal(t.count, n);
		if (n % 4321 != 0)
			continue;
		assert_int_equal(queue_drain(r, &err), 0);
		assert_int_equal(t.count, n);
	}
	assert_int_equal(queue_drain(r, &err), 0);
	assert_int_equal(t.count, ITEMS);
	assert_int_equal(t.wrong, 0);
	assert_int_equal(t.batches > 0, threaded);
	queue_free(r);
}

static void items_come_out_as_they_went_in(void **state)
{
	(void)state;
	put_all_and_drain(true);
}

static void without_a_thread_items_come_out_at_once(void **state)
{
	(void)state;
	put_all_and_drain(false);
}

static void what_was_put_is_handed_on_before_the_end(void **state)
{
	struct taken t = { .slow = true };
	struct queue *r = queue_new(take, &t, true, BATCHES);
	struct error err;

	(void)state;
	for (unsigned n = 1; n <= 500; n++)
		assert_int_equal(put(r, n, &err), 0);
	queue_free(r);
	assert_int_equal(t.count, 500);
	assert_int_equal(t.wrong, 0);
}

static void a_flush_hands_on_what_is_no_full_batch(void **state)
{
	struct taken t = { 0 };
	struct queue *r = queue_new(take, &t, true, BATCHES);
	struct error err;

	(void)state;
	assert_int_equal(put(r, 1, &err), 0);
	assert_int_equal(queue_flush(r, &err), 0);
	for (unsigned i = 0; i < 10000 && t.count == 0; i++)
		usleep(1000);
	assert_int_equal(t.count, 1);
	queue_free(r);
}

static void put_until_it_fails(bool threaded)
{
	struct taken t = { .fails_at = 300 };
	struct queue *r = queue_new(take, &t, threaded, BATCHES);
	struct error err;
	int rc = 0;

	for (unsigned n = 1; n <= ITEMS && rc == 0; n++)
		rc = put(r, n, &err);
	assert_int_equal(rc, ERR_TRAIL);
	assert_string_equal(err.text, "no more");
	memset(&err, 0, sizeof(err));
	/* With a thread, one item more only joins a batch that is not full. */
	assert_int_equal(put(r, ITEMS, &err), threaded ? 0 : ERR_TRAIL);
	assert_int_equal(queue_drain(r, &err), ERR_TRAIL);
	assert_string_equal(err.text, "no more");
	queue_free(r);
	assert_int_equal(t.count, 300);
}

static void nothing_is_handed_on_after_a_failure(void **state)
{
	(void)state;
	put_until_it_fails(true);
	put_until_it_fails(false);
}

static int measure(void *arg, int kind, void *item, size_t size, bool last, struct error *err)
{
	(void)last;
	(void)err;
	(void)kind;
	*(size_t *)arg += size + (((const char *)item)[LARGE - 1] == 'x');
	return 0;
}

static void an_item_may_be_larger_than_a_batch(void **state)
{
	size_t measured = 0;
	struct queue *r = queue_new(measure, &measured, true, BATCHES);
	struct error err;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char *item = queue_reserve(r, 0, LARGE, &err);

		assert_non_null(item);
		memset(item, 'x', LARGE);
		assert_int_equal(queue_push(r, &err), 0);
	}
	assert_int_equal(queue_drain(r, &err), 0);
	assert_int_equal(measured, 3 * (LARGE + 1));
	queue_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_come_out_as_they_went_in),
		cmocka_unit_test(without_a_thread_items_come_out_at_once),
		cmocka_unit_test(what_was_put_is_handed_on_before_the_end),
		cmocka_unit_test(a_flush_hands_on_what_is_no_full_batch),
		cmocka_unit_test(nothing_is_handed_on_after_a_failure),
		cmocka_unit_test(an_item_may_be_larger_than_a_batch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
