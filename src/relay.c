#include "relay.h"

#include "thread.h"

#include <string.h>

/* A batch is handed on when it has this many bytes; one piece may have more. */
#define BATCH_BYTES ((size_t)1 << 17)

/* How a piece lies in a batch; behind it count lengths (size_t), the node and the lines. */
struct packed {
	int64_t time_ms;
	uint64_t serial;
	bool daemon;
	size_t node_len, count, bytes;
};

struct batch {
	char *data;
	size_t len, cap;
};

struct relay {
	sieve_emit_fn *emit;
	void *arg;
	struct bytes line[SIEVE_RECORDS_MAX];	/* the thread's */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool full;		/* emptied has something that was not handed on yet */
	bool over;		/* the thread is to end */
	int rc;			/* of the first emit that failed; then err says more */
	struct error err;

	struct batch filled;	/* the caller's */
	struct batch emptied;	/* the thread's while full */
};

static size_t packed_size(const struct piece *piece)
{
	size_t size = sizeof(struct packed) + piece->node.len + piece->count * sizeof(size_t);

	for (size_t i = 0; i < piece->count; i++)
		size += piece->lines[i].len;
	/* The next one's numbers are read where they lie. */
	return (size + sizeof(size_t) - 1) / sizeof(size_t) * sizeof(size_t);
}

static char *add(char *to, const void *data, size_t len)
{
	if (len > 0)
		memcpy(to, data, len);
	return to + len;
}

static int pack(struct batch *b, const struct piece *piece)
{
	const struct packed head = {
		.time_ms = piece->time_ms,
		.serial = piece->serial,
		.daemon = piece->daemon,
		.node_len = piece->node.len,
		.count = piece->count,
		.bytes = packed_size(piece),
	};
	char *to;

	if (b->cap - b->len < head.bytes) {
		size_t cap = MAX(b->len + head.bytes, 2 * BATCH_BYTES);

		if ((to = realloc(b->data, cap)) == NULL)
			return ERR_NOMEM;
		b->data = to;
		b->cap = cap;
	}
	to = add(b->data + b->len, &head, sizeof(head));
	for (size_t i = 0; i < piece->count; i++)
		to = add(to, &piece->lines[i].len, sizeof(size_t));
	to = add(to, piece->node.data, piece->node.len);
	for (size_t i = 0; i < piece->count; i++)
		to = add(to, piece->lines[i].data, piece->lines[i].len);
	b->len += head.bytes;
	return 0;
}

/* Hands on the piece at data, and returns how many bytes it had, or what emit returned. */
static int64_t unpack(struct relay *r, const char *data, struct error *err)
{
	const struct packed *head = (const struct packed *)data;
	const size_t *len = (const size_t *)(head + 1);
	const char *text = (const char *)(len + head->count);
	const struct piece piece = {
		.node = { head->node_len > 0 ? text : NULL, head->node_len },
		.time_ms = head->time_ms,
		.serial = head->serial,
		.daemon = head->daemon,
		.lines = r->line,
		.count = head->count,
	};
	int rc;

	text += head->node_len;
	for (size_t i = 0; i < head->count; i++) {
		r->line[i] = (struct bytes){ text, len[i] };
		text += len[i];
	}
	rc = r->emit(r->arg, &piece, err);
	return rc < 0 ? rc : (int64_t)head->bytes;
}

static int hand_on(struct relay *r, struct error *err)
{
	size_t at = 0;

	while (at < r->emptied.len) {
		int64_t n = unpack(r, r->emptied.data + at, err);

		if (n < 0)
			return (int)n;
		at += (size_t)n;
	}
	return 0;
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
			rc = hand_on(r, &err);
			pthread_mutex_lock(&r->lock);
			r->rc = rc;
			r->err = err;
		}
		r->emptied.len = 0;
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

static int result(struct relay *r, struct error *err)
{
	int rc;

	pthread_mutex_lock(&r->lock);
	if ((rc = r->rc) < 0)
		*err = r->err;
	pthread_mutex_unlock(&r->lock);
	return rc;
}

int relay_put(void *arg, const struct piece *piece, struct error *err)
{
	struct relay *r = arg;

	if (pack(&r->filled, piece) < 0)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (r->filled.len < BATCH_BYTES)
		return 0;
	turn(r);
	return result(r, err);
}

int relay_drain(struct relay *r, struct error *err)
{
	turn(r);
	turn(r);	/* with nothing, which only waits for what came before */
	return result(r, err);
}

struct relay *relay_new(sieve_emit_fn *emit, void *arg)
{
	struct relay *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->emit = emit;
	r->arg = arg;
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	if (thread_start(&r->thread, work, r) != 0) {
		free(r);
		return NULL;
	}
	return r;
}

void relay_free(struct relay *r)
{
	if (r == NULL)
		return;
	turn(r);
	pthread_mutex_lock(&r->lock);
	r->over = true;
	pthread_cond_signal(&r->changed);
	pthread_mutex_unlock(&r->lock);
	pthread_join(r->thread, NULL);
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r->filled.data);
	free(r->emptied.data);
	free(r);
}
