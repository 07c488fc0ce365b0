#include "read/readahead.h"

#include "base/thread.h"
#include "read/prefetch.h"

#include <stdbool.h>

struct ahead {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool over;		/* the thread is to end */

	/* A ring: the block that was taken last, and behind it those asked for, the first of them read. */
	struct ahead_block blocks[AHEAD_BLOCKS + 1];
	size_t taken, asked, read;

	size_t under_way;	/* the caller's own */
	int fd;
	struct prefetch prefetch;	/* of fd; the thread's own */
};

/* The n-th behind the one that was taken, which is the 0-th. */
static struct ahead_block *block_behind(struct ahead *a, size_t n)
{
	return &a->blocks[(a->taken + n) % ARRAY_SIZE(a->blocks)];
}

static void read_block(struct ahead *a, struct ahead_block *b)
{
	b->got = prefetch_read(&a->prefetch, a->fd, b->to, b->len, b->pos);
	line_ends_find(&b->ends, b->to, (size_t)MAX(b->got, 0));
}

static void *work(void *arg)
{
	struct ahead *a = arg;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		struct ahead_block *next;

		while (a->read == a->asked && !a->over)
			pthread_cond_wait(&a->changed, &a->lock);
		if (a->over)
			break;
		next = block_behind(a, a->read + 1);
		pthread_mutex_unlock(&a->lock);
		read_block(a, next);
		pthread_mutex_lock(&a->lock);
		a->read++;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

struct ahead *ahead_new(int fd)
{
	struct ahead *a = calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->fd = fd;
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	if (thread_start(&a->thread, work, a) != 0) {
		free(a);
		return NULL;
	}
	return a;
}

void ahead_give_up(struct ahead *a)
{
	if (a == NULL)
		return;
	pthread_mutex_lock(&a->lock);
	while (a->read < a->asked)
		pthread_cond_wait(&a->changed, &a->lock);
	a->asked = a->read = 0;
	a->under_way = 0;
	pthread_mutex_unlock(&a->lock);
}

void ahead_free(struct ahead *a)
{
	if (a == NULL)
		return;
	ahead_give_up(a);
	pthread_mutex_lock(&a->lock);
	a->over = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

bool ahead_start(struct ahead *a, void *to, size_t len, uint64_t pos)
{
	bool room;

	pthread_mutex_lock(&a->lock);
	if ((room = a->asked < AHEAD_BLOCKS)) {
		struct ahead_block *b = block_behind(a, ++a->asked);

		b->to = to;
		b->len = len;
		b->pos = pos;
		a->under_way += len;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return room;
}

size_t ahead_under_way(const struct ahead *a)
{
	return a->under_way;
}

const struct ahead_block *ahead_take(struct ahead *a, uint64_t pos)
{
	const struct ahead_block *b = NULL;

	pthread_mutex_lock(&a->lock);
	if (a->asked > 0 && block_behind(a, 1)->pos == pos) {
		while (a->read == 0)
			pthread_cond_wait(&a->changed, &a->lock);
		a->taken++;
		a->asked--;
		a->read--;
		b = block_behind(a, 0);
		a->under_way -= b->len;
	}
	pthread_mutex_unlock(&a->lock);
	return b;
}
