#include "base/queue.h"

#include "base/thread.h"

#include <stddef.h>
#include <string.h>

/*
 * A batch is handed on when it has this many bytes; one item may have more. So
 * many that none of the two threads has to be woken for each: that takes as
 * long as working on a few items.
 */
#define BATCH_BYTES ((size_t)64 << 10)
#define HUGE_BYTES (2 * BATCH_BYTES)

/* Stands before each item. */
struct head {
	_Alignas(max_align_t) size_t size;
	int kind;
};

struct batch {
	char *data;
	size_t len, cap;
};

struct relay {
	relay_take_fn *take;
	void *arg;
	bool threaded;

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool over;		/* the thread is to end */
	int rc;			/* of the first take that failed; then err says more */
	struct error err;

	size_t first, full;	/* of the ring */
	size_t filled;		/* index of the caller's; only the caller looks at this */

	/* A ring: those that are full, the thread's, and behind them the caller's. */
	size_t batches;
	struct batch batch[];
};

/* What an item needs with its head. */
static size_t room(size_t size)
{
	return sizeof(struct head) + (size + sizeof(struct head) - 1) / sizeof(struct head) *
				     sizeof(struct head);
}

static int hand_on(struct relay *r, struct batch *b, struct error *err)
{
	int rc = 0;

	for (size_t at = 0; at < b->len && rc == 0;) {
		struct head *head = (struct head *)(b->data + at);

		at += room(head->size);
		rc = r->take(r->arg, head->kind, head + 1, head->size, at == b->len, err);
	}
	return rc;
}

/* A huge item came and went: what it needed is given back. */
static void empty(struct batch *b)
{
	b->len = 0;
	if (b->cap <= HUGE_BYTES)
		return;
	free(b->data);
	*b = (struct batch){ 0 };
}

/* Works on the first batch. The lock is held, but not meanwhile. */
static void work_on(struct relay *r, struct batch *b)
{
	struct error err;
	int rc;

	if (r->rc == 0) {
		pthread_mutex_unlock(&r->lock);
		rc = hand_on(r, b, &err);
		pthread_mutex_lock(&r->lock);
		r->rc = rc;
		r->err = err;
	}
	empty(b);
	r->first = (r->first + 1) % r->batches;
	r->full--;
}

static void *work(void *arg)
{
	struct relay *r = arg;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		while (r->full == 0 && !r->over)
			pthread_cond_wait(&r->changed, &r->lock);
		if (r->full == 0)
			break;
		work_on(r, &r->batch[r->first]);
		if (r->full <= r->batches / 2)
			pthread_cond_signal(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* A huge batch waits until there is no other: two of them are all that is ever in memory. */
static bool has_room(const struct relay *r, const struct batch *filled)
{
	return r->full == 0 || (r->full < r->batches - 1 && filled->len <= HUGE_BYTES);
}

/* Gives what is filled to the thread, once there is room for it. */
static void pass(struct relay *r)
{
	struct batch *filled = &r->batch[r->filled];

	if (filled->len == 0)
		return;
	pthread_mutex_lock(&r->lock);
	while (!has_room(r, filled))
		pthread_cond_wait(&r->changed, &r->lock);
	r->full++;
	r->filled = (r->filled + 1) % r->batches;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void wait_until_empty(struct relay *r)
{
	pthread_mutex_lock(&r->lock);
	while (r->full > 0)
		pthread_cond_wait(&r->changed, &r->lock);
	pthread_mutex_unlock(&r->lock);
}

static void hand_on_here(struct relay *r)
{
	struct batch *filled = &r->batch[r->filled];

	if (r->rc == 0)
		r->rc = hand_on(r, filled, &r->err);
	empty(filled);
}

static int result(struct relay *r, struct error *err)
{
	int rc;

	pthread_mutex_lock(&r->lock);
	if ((rc = r->rc) < 0)
		*err = r->err;
	pthread_mutex_unlock(&r->lock);
	return rc;
}

void *relay_room(struct relay *r, int kind, size_t size, struct error *err)
{
	struct batch *b = &r->batch[r->filled];
	struct head *head;

	if (b->cap - b->len < room(size)) {
		size_t cap = MAX(b->len + room(size), HUGE_BYTES);
		char *data = realloc(b->data, cap);

		if (data == NULL) {
			error_set(err, ERR_NOMEM, "out of memory");
			return NULL;
		}
		b->data = data;
		b->cap = cap;
	}
	head = (struct head *)(b->data + b->len);
	*head = (struct head){ .size = size, .kind = kind };
	b->len += room(size);
	return head + 1;
}

int relay_go(struct relay *r, struct error *err)
{
	return r->threaded && r->batch[r->filled].len < BATCH_BYTES ? 0 : relay_flush(r, err);
}

int relay_flush(struct relay *r, struct error *err)
{
	if (r->threaded)
		pass(r);
	else
		hand_on_here(r);
	return result(r, err);
}

int relay_drain(struct relay *r, struct error *err)
{
	int rc = relay_flush(r, err);

	if (!r->threaded)
		return rc;
	wait_until_empty(r);
	return result(r, err);
}

struct relay *relay_new(relay_take_fn *take, void *arg, bool threaded, size_t batches)
{
	struct relay *r = calloc(1, sizeof(*r) + batches * sizeof(*r->batch));

	if (r == NULL)
		return NULL;
	r->take = take;
	r->arg = arg;
	r->batches = batches;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->threaded = threaded && thread_start(&r->thread, work, r) == 0;
	return r;
}

static void end_thread(struct relay *r)
{
	pass(r);
	pthread_mutex_lock(&r->lock);
	r->over = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
}

void relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	if (r->threaded)
		end_thread(r);
	else
		hand_on_here(r);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	for (size_t i = 0; i < r->batches; i++)
		free(r->batch[i].data);
	free(r);
}
