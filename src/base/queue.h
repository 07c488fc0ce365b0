/*
 * A bounded queue of items from one producer to a consumer thread, which takes
 * them in order and one at a time while the producer goes on.
 *
 *   producer: queue_reserve() ---> batch being filled
 *                                  full batches
 *   consumer: take()          <--- batch being emptied
 *
 * Items travel in batches of about 64 kB. The producer waits while the queue is
 * full, and with a batch that an item has made much larger until the queue is empty.
 */
#ifndef MODTRAIL_BASE_QUEUE_H
#define MODTRAIL_BASE_QUEUE_H

#include "base/error.h"

#include <stdbool.h>

struct queue;

/*
 * The consumer's function, called for each item: size bytes of the producer's
 * kind, aligned for any type. last: the item is the last one of its batch. All
 * items of a batch belong to the consumer until its call for the last one has
 * returned. Returns 0 or a negative enum err.
 */
typedef int queue_take_fn(void *arg, int kind, void *item, size_t size, bool last,
			  struct error *err);

/*
 * Makes a queue of at least 2 batches, those that are filled and emptied
 * included. take is called with arg in a thread of the queue. If threaded is false,
 * or the system has no thread to give, queue_push() calls take itself, for each
 * item at once. After its first failure take is not called again. Returns NULL when
 * out of memory.
 */
struct queue *queue_new(queue_take_fn *take, void *arg, bool threaded, size_t batches);

/* Hands over what is left and ends the thread; a failure of take is lost here. NULL is fine. */
void queue_free(struct queue *q);

/*
 * Returns room for one more item of size bytes, which the caller fills before it
 * calls any other function of the queue. Never waits. NULL and *err when out of
 * memory.
 */
void *queue_reserve(struct queue *q, int kind, size_t size, struct error *err);

/*
 * queue_push() says that the item is filled, and hands its batch over if that is
 * full, waiting while the queue is full. queue_flush() hands over a batch that is
 * not full, too. queue_drain() waits as well until take has returned for every item:
 * from then to the next call the thread touches nothing. Each returns 0, or what
 * take returned for an earlier item.
 */
must_check int queue_push(struct queue *q, struct error *err);
must_check int queue_flush(struct queue *q, struct error *err);
must_check int queue_drain(struct queue *q, struct error *err);

#endif
