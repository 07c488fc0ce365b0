#include "base/queue.h"

#include "base/thread.h"

#include <stddef.h>
#include <string.h>

/*
 * A batch with this many bytes is full; a single item may have more. Batches are
 * large because waking a thread takes as long as working on a few items.
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

struct queue {
	queue_take_fn *take;
	void *arg;
	bool threaded;

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool over;		/* asks the thread to end */
	int rc;			/* of the first take that failed, with its err */
	struct error err;

	size_t first, full;	/* of the ring */
	size_t filled;		/* index of the batch being filled; only the producer uses it */

	/* A ring of full batches, the first of them being emptied, and the one being filled. */
	size_t batches;
	struct batch batch[];
};

/* The bytes that an item takes with its head. */
static size_t room(size_t size)
{
	return sizeof(struct head) + (size + sizeof(struct head) - 1) / sizeof(struct head) *
				     sizeof(struct head);
}

static int hand_on(struct queue *q, struct batch *b, struct error *err)
{
	int rc = 0;

	for (size_t at = 0; at < b->len && rc == 0;) {
		struct head *head = (struct head *)(b->data + at);

		at += room(head->size);
		rc = q->take(q->arg, head->kind, head + 1, head->size, at == b->len, err);
	}
	return rc;
}

/* The memory of a huge item is not kept. */
static void empty(struct batch *b)
{
	b->len = 0;
	if (b->cap <= HUGE_BYTES)
		return;
	free(b->data);
	*b = (struct batch){ 0 };
}

/* Works on the first batch. Called with the lock held, which is released meanwhile. */
static void work_on(struct queue *q, struct batch *b)
{
	struct error err;
	int rc;

	if (q->rc == 0) {
		pthread_mutex_unlock(&q->lock);
		rc = hand_on(q, b, &err);
		pthread_mutex_lock(&q->lock);
		q->rc = rc;
		q->err = err;
	}
	empty(b);
	q->first = (q->first + 1) % q->batches;
	q->full--;
}

static void *work(void *arg)
{
	struct queue *q = arg;

	pthread_mutex_lock(&q->lock);
	for (;;) {
		while (q->full == 0 && !q->over)
			pthread_cond_wait(&q->changed, &q->lock);
		if (q->full == 0)
			break;
		work_on(q, &q->batch[q->first]);
		if (q->full <= q->batches / 2)
			pthread_cond_signal(&q->changed);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

/* A huge batch needs an empty queue, so that at most two of them are in memory. */
static bool has_room(const struct queue *q, const struct batch *filled)
{
	return q->full == 0 || (q->full < q->batches - 1 && filled->len <= HUGE_BYTES);
}

/* Hands the filled batch over to the thread, once there is room for it. */
static void pass(struct queue *q)
{
	struct batch *filled = &q->batch[q->filled];

	if (filled->len == 0)
		return;
	pthread_mutex_lock(&q->lock);
	while (!has_room(q, filled))
		pthread_cond_wait(&q->changed, &q->lock);
	q->full++;
	q->filled = (q->filled + 1) % q->batches;
	pthread_cond_signal(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

static void wait_until_empty(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	while (q->full > 0)
		pthread_cond_wait(&q->changed, &q->lock);
	pthread_mutex_unlock(&q->lock);
}

static void hand_on_here(struct queue *q)
{
	struct batch *filled = &q->batch[q->filled];

	if (q->rc == 0)
		q->rc = hand_on(q, filled, &q->err);
	empty(filled);
}

static int result(struct queue *q, struct error *err)
{
	int rc;

	pthread_mutex_lock(&q->lock);
	if ((rc = q->rc) < 0)
		*err = q->err;
	pthread_mutex_unlock(&q->lock);
	return rc;
}

void *queue_reserve(struct queue *q, int kind, size_t size, struct error *err)
{
	struct batch *b = &q->batch[q->filled];
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

int queue_push(struct queue *q, struct error *err)
{
	return q->threaded && q->batch[q->filled].len < BATCH_BYTES ? 0 : queue_flush(q, err);
}

int queue_flush(struct queue *q, struct error *err)
{
	if (q->threaded)
		pass(q);
	else
		hand_on_here(q);
	return result(q, err);
}

int queue_drain(struct queue *q, struct error *err)
{
	int rc = queue_flush(q, err);

	if (!q->threaded)
		return rc;
	wait_until_empty(q);
	return result(q, err);
}

struct queue *queue_new(queue_take_fn *take, void *arg, bool threaded, size_t batches)
{
	struct queue *q = calloc(1, sizeof(*q) + batches * sizeof(*q->batch));

	if (q == NULL)
		return NULL;
	q->take = take;
	q->arg = arg;
	q->batches = batches;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->changed, NULL);
	q->threaded = threaded && thread_start(&q->thread, work, q) == 0;
	return q;
}

static void end_thread(struct queue *q)
{
	pass(q);
	pthread_mutex_lock(&q->lock);
	q->over = true;
	pthread_cond_signal(&q->changed);
	pthread_mutex_unlock(&q->lock);
	pthread_join(q->thread, NULL);
}

void queue_free(struct queue *q)
{
	if (q == NULL)
		return;
	if (q->threaded)
		end_thread(q);
	else
		hand_on_here(q);
	pthread_cond_destroy(&q->changed);
	pthread_mutex_destroy(&q->lock);
	for (size_t i = 0; i < q->batches; i++)
		free(q->batch[i].data);
	free(q);
}
