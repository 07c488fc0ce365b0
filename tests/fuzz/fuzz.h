/*
 * What every harness shares. libFuzzer calls LLVMFuzzerTestOneInput() with
 * bytes of its own making; a harness fails by a sanitizer's report or by must().
 */
#ifndef MODTRAIL_FUZZ_H
#define MODTRAIL_FUZZ_H

#include "base/util.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken property. Stays on whatever NDEBUG says. */
#define must(condition)                                                                   \
	do {                                                                              \
		if (!(condition)) {                                                       \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);   \
			abort();                                                          \
		}                                                                         \
	} while (0)

/* Reads each byte, so that a wrong pointer is seen. Returns a hash. */
static inline uint64_t read_all(uint64_t hash, struct bytes text)
{
	return hash_bytes(hash_bytes(hash, &text.len, sizeof(text.len)), text.data, text.len);
}

#endif
