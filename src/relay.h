/*
 * Hands pieces of events on in a thread of its own: what the sieve has found is
 * decoded and stored while it looks for more. In order, one at a time.
 *
 *   relay_put() ---> batch being filled    \
 *                                           > change places when the first is full
 *   worker: emit <--- batch being emptied  /
 *
 * Whoever fills waits while both are full, so no more is held than two batches.
 */
#ifndef MODTRAIL_RELAY_H
#define MODTRAIL_RELAY_H

#include "error.h"
#include "sieve.h"

struct relay;

/*
 * emit is called in the relay's thread with arg, pieces that are copies, and an
 * error of the relay's own; after its first failure it is called no more.
 * Returns NULL where there is no memory or no thread to be had.
 */
struct relay *relay_new(sieve_emit_fn *emit, void *arg);

/* Hands on what was put, ends the thread. NULL is fine. What emit returned last is lost. */
void relay_free(struct relay *r);

/*
 * A sieve_emit_fn: arg is the relay. Returns 0, ERR_NOMEM (the piece is then
 * not in it), or what emit returned for an earlier piece.
 */
int relay_put(void *arg, const struct piece *piece, struct error *err);

/*
 * Waits until everything that was put has been handed on: then the thread
 * touches nothing until the next relay_put(). Returns 0 or what emit returned.
 */
must_check int relay_drain(struct relay *r, struct error *err);

#endif
