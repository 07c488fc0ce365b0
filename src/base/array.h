/*
 * An array on the heap that grows.
 */
#ifndef MODTRAIL_BASE_ARRAY_H
#define MODTRAIL_BASE_ARRAY_H

#include "base/error.h"

/*
 * Makes room for count items of size bytes in *array, a pointer of any type, of
 * which *cap items have room; both may begin as NULL and 0. The room doubles, so
 * adding one after the other copies each item once or twice in all. ERR_NOMEM,
 * and nothing has changed; err may be NULL.
 */
must_check int array_grow(void *array, size_t *cap, size_t count, size_t size, struct error *err);

#endif
