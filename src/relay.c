#include "relay.h"

#include "thread.h"

#include <stddef.h>
#include <string.h>

/*
 * A batch is handed on when it has this many bytes; one item may have more.
 * Two of them are what was found while the last commit went on.
 */
#define BATCH_BYTES ((size_t)1 << 18)

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
	bool full;		/* emptied has something that was not handed on yet */
	bool over;		/* the thread is to end */
	int rc;			/* of the first take that failed; then err says more */
	struct error err;

	struct batch filled;	/* the caller's */
	struct batch emptied;	/* the thread's while full */
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
		rc = r->take(r->arg, head->kind, head + 1, head->size, err);
	}
	return rc;
}

/* A huge item came and went: what it needed is given back. */
static void empty(struct batch *b)
{
	b->len = 0;
	if (b->cap <= 2 * BATCH_BYTES)
		return;
	free(b->data);
	*b = (struct batch){ 0 };
}

static void *work(void *arg)
{
	struct relay *r = arg;

	pthread_mutex_lock(&r->lock);
	for (;;) {
		while (!r->full && !r->over)
			pthread_cond_wait(&r->changed, &r->lock);
		if (!r->full)
			break;
		if (r->rc == 0) {
			struct error err;
			int rc;

			pthread_mutex_unlock(&r->lock);
			rc = hand_on(r, &r->emptied, &err);
			pthread_mutex_lock(&r->lock);
			r->rc = rc;
			r->err = err;
		}
		empty(&r->emptied);
		r->full = false;
		pthread_cond_signal(&r->changed);
	}
	pthread_mutex_unlock(&r->lock);
	return NULL;
}

/* Gives what is filled to the thread, once it has nothing else. */
static void turn(struct relay *r)
{
	struct batch filled = r->filled;

	pthread_mutex_lock(&r->lock);
	while (r->full)
		pthread_cond_wait(&r->changed, &r->lock);
	r->filled = r->emptied;
	r->emptied = filled;
	r->full = filled.len > 0;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

static void hand_on_here(struct relay *r)
{
	if (r->rc == 0)
		r->rc = hand_on(r, &r->filled, &r->err);
	empty(&r->filled);
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
	struct batch *b = &r->filled;
	struct head *head;

	if (b->cap - b->len < room(size)) {
		size_t cap = MAX(b->len + room(size), 2 * BATCH_BYTES);
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
	return r->threaded && r->filled.len < BATCH_BYTES ? 0 : relay_flush(r, err);
}

int relay_flush(struct relay *r, struct error *err)
{
	if (r->threaded)
		turn(r);
	else
		hand_on_here(r);
	return result(r, err);
}

int relay_drain(struct relay *r, struct error *err)
{
	if (r->threaded)
		turn(r);	/* the second one, with nothing, only waits for the first */
	return relay_flush(r, err);
}

struct relay *relay_new(relay_take_fn *take, void *arg, bool threaded)
{
	struct relay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->take = take;
	r->arg = arg;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	r->threaded = threaded && thread_start(&r->thread, work, r) == 0;
	return r;
}

static void end_thread(struct relay *r)
{
	turn(r);
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
	free(r->filled.data);
	free(r->emptied.data);
	free(r);
}
