#include "read/readahead.h"

#include "base/thread.h"
#include "read/prefetch.h"

#include <stdbool.h>

struct readahead {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool over;		/* asks the thread to end */

	/* A ring: the block taken last, and those asked for behind it, of which the first are read. */
	struct readahead_block blocks[READAHEAD_BLOCKS + 1];
	size_t taken, asked, read;

	size_t under_way;	/* the caller's own */
	int fd;
	struct prefetch prefetch;	/* of fd; the thread's own */
};

/* The n-th block behind the one taken last, which is number 0. */
static struct readahead_block *block_behind(struct readahead *a, size_t n)
{
	return &a->blocks[(a->taken + n) % ARRAY_SIZE(a->blocks)];
}

static void read_block(struct readahead *a, struct readahead_block *b)
{
	b->got = prefetch_read(&a->prefetch, a->fd, b->to, b->len, b->pos);
	newline_index_build(&b->newlines, b->to, (size_t)MAX(b->got, 0));
}

static void *work(void *arg)
{
	struct readahead *a = arg;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		struct readahead_block *next;

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

struct readahead *readahead_new(int fd)
{
	struct readahead *a = calloc(1, sizeof(*a));

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

void readahead_cancel(struct readahead *a)
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

void readahead_free(struct readahead *a)
{
	if (a == NULL)
		return;
	readahead_cancel(a);
	pthread_mutex_lock(&a->lock);
	a->over = true;
	pthread_cond_signal(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}

bool readahead_start(struct readahead *a, void *to, size_t len, uint64_t pos)
{
	bool room;

	pthread_mutex_lock(&a->lock);
	if ((room = a->asked < READAHEAD_BLOCKS)) {
		struct readahead_block *b = block_behind(a, ++a->asked);

		b->to = to;
		b->len = len;
		b->pos = pos;
		a->under_way += len;
		pthread_cond_signal(&a->changed);
	}
	pthread_mutex_unlock(&a->lock);
	return room;
}

size_t readahead_under_way(const struct readahead *a)
{
	return a->under_way;
}

const struct readahead_block *readahead_take(struct readahead *a, uint64_t pos)
{
	const struct readahead_block *b = NULL;

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
