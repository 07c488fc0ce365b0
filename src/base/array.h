/*
 * Growable arrays on the heap.
 */
#ifndef MODTRAIL_BASE_ARRAY_H
#define MODTRAIL_BASE_ARRAY_H

#include "base/error.h"

/*
 * Makes room for count items of size bytes in *array, a pointer of any type with
 * room for *cap items; NULL and 0 are an empty array. The capacity doubles, so an
 * item is copied once or twice in all while others are appended. Returns 0, or
 * ERR_NOMEM with the array unchanged. err may be NULL.
 */
must_check int array_grow(void *array, size_t *cap, size_t count, size_t size, struct error *err);

#endif
