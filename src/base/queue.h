/*
 * Hands items on in a thread of its own: what one stage has found is worked on
 * while it looks for more. In order, one at a time.
 *
 *   queue_reserve() ---> batch being filled
 *                        full batches
 *   worker: take    <--- batch being emptied
 *
 * A batch is about 64 kB. Whoever fills waits while there are too many, and, with
 * one that is huge for an item in it, while there is any other.
 */
#ifndef MODTRAIL_BASE_QUEUE_H
#define MODTRAIL_BASE_QUEUE_H

#include "base/error.h"

#include <stdbool.h>

struct queue;

/*
 * What is to be done with an item: size bytes of the caller's kind, aligned for
 * anything, which are the taker's own until its next call with last set has
 * returned: of a batch, which may be one item. Returns 0 or a negative enum err.
 */
typedef int queue_take_fn(void *arg, int kind, void *item, size_t size, bool last,
			  struct error *err);

/*
 * take is called in a thread of the queue's with arg; without one (not
 * threaded, or none to be had) by queue_push(), for each item at once. After its
 * first failure it is called no more. batches: how many there are, with those
 * at hand, 2 at least. Returns NULL when out of memory.
 */
struct queue *queue_new(queue_take_fn *take, void *arg, bool threaded, size_t batches);

/* Hands on what there is, and ends the thread. NULL is fine. What take returned last is lost. */
void queue_free(struct queue *q);

/*
 * Room for an item of size bytes behind the ones before, to be filled before the
 * next call of anything here. Never waits. NULL, and *err says so, when out of memory.
 */
void *queue_reserve(struct queue *q, int kind, size_t size, struct error *err);

/*
 * The item is there: gives a full batch to the thread, waiting while that has
 * too many. queue_flush() does so with any batch, queue_drain() waits until
 * everything has been handed on, too: then the thread touches nothing until
 * the next call. Each returns 0, or what take returned for an item before.
 */
must_check int queue_push(struct queue *q, struct error *err);
must_check int queue_flush(struct queue *q, struct error *err);
must_check int queue_drain(struct queue *q, struct error *err);

#endif
