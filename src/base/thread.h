/*
 * Threads with all signals blocked: signals are handled by the main thread.
 */
#ifndef MODTRAIL_BASE_THREAD_H
#define MODTRAIL_BASE_THREAD_H

#include "base/util.h"

#include <pthread.h>

/* Like pthread_create(3): returns 0 or an errno. */
must_check int thread_start(pthread_t *thread, void *(*work)(void *), void *arg);

#endif
