/*
 * Starts a thread that signals leave alone: they are for the one that knows
 * what to do about them.
 */
#ifndef MODTRAIL_BASE_THREAD_H
#define MODTRAIL_BASE_THREAD_H

#include "base/util.h"

#include <pthread.h>

/* As pthread_create(3): 0, or an errno. The thread has every signal blocked. */
must_check int thread_start(pthread_t *thread, void *(*work)(void *), void *arg);

#endif
