#include "ahead.h"

#include "prefetch.h"
#include "thread.h"

#include <stdbool.h>

struct ahead {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool wanted;		/* the thread has something to do */
	bool over;		/* it is to end */
	bool started;		/* a block was asked for and not taken yet; the caller's own */

	/* what to read, and what came of it */
	int fd;
	size_t len;
	uint64_t pos;
	struct ahead_block *block;	/* one of the two; the other is the caller's */
	struct ahead_block blocks[2];
	struct prefetch prefetch;	/* of fd; the thread's own */
};

static void read_block(struct ahead *a)
{
	struct ahead_block *b = a->block;

	b->got = prefetch_read(&a->prefetch, a->fd, b->to, a->len, a->pos);
	line_ends_find(&b->ends, b->to, (size_t)MAX(b->got, 0));
}

static void *work(void *arg)
{
	struct ahead *a = arg;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (!a->wanted && !a->over)
			pthread_cond_wait(&a->changed, &a->lock);
		if (a->over)
			break;
		pthread_mutex_unlock(&a->lock);
		read_block(a);
		pthread_mutex_lock(&a->lock);
		a->wanted = false;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct ahead *ahead_new(void)
{
	struct ahead *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	if (thread_start(&a->thread, work, a) != 0) {
		free(a);
		return NULL;
	}
	return a;
}

/* The lock is held on return. */
static void wait_for_block(struct ahead *a)
{
	pthread_mutex_lock(&a->lock);
	while (a->wanted)
		pthread_cond_wait(&a->changed, &a->lock);
}

void ahead_free(struct ahead *a)
{
	if (a == NULL)
		return;
	wait_for_block(a);
	a->over = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

void ahead_start(struct ahead *a, int fd, void *to, size_t len, uint64_t pos)
{
	pthread_mutex_lock(&a->lock);
	a->fd = fd;
	a->block = &a->blocks[a->block == &a->blocks[0]];
	a->block->to = to;
	a->len = len;
	a->pos = pos;
	a->wanted = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	a->started = true;
}

const struct ahead_block *ahead_finish(struct ahead *a, uint64_t pos)
{
	if (!a->started)
		return NULL;
	wait_for_block(a);
	pthread_mutex_unlock(&a->lock);
	a->started = false;
	return a->pos == pos ? a->block : NULL;
}
