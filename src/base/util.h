/*
 * Small helpers that every module may use. Nothing here allocates or prints.
 */
#ifndef MODTRAIL_BASE_UTIL_H
#define MODTRAIL_BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

/* The result says whether the call worked: ignoring it is a bug. */
#define must_check __attribute__((warn_unused_result))

/* Runs fn(&variable) when the variable goes out of scope, on every path. */
#define AUTO(fn) __attribute__((cleanup(fn)))

/* For AUTO: frees a heap pointer of any type. */
static inline void freep(void *p)
{
	free(*(void **)p);
}

/* For AUTO: closes a file descriptor, if there is one. */
static inline void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* For AUTO: closes a stream that was only read, if there is one. */
static inline void fclosep(FILE **f)
{
	if (*f != NULL)
		fclose(*f);
}

/* Bytes that are not owned and need no terminating NUL. data may be NULL if len is 0. */
struct bytes {
	const char *data;
	size_t len;
};

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* The first byte by itself spares most calls of memcmp. */
static inline bool bytes_start_with(struct bytes b, struct bytes start)
{
	return b.len >= start.len &&
	       (start.len == 0 ||
		(b.data[0] == start.data[0] && memcmp(b.data, start.data, start.len) == 0));
}

/* Compares eight bytes or more. For a few dozen of them a call of memcmp costs more. */
static inline bool bytes_same(const char *a, const char *b, size_t len)
{
	uint64_t x, y;

	for (size_t i = 0; i + sizeof(x) < len; i += sizeof(x)) {
		memcpy(&x, a + i, sizeof(x));
		memcpy(&y, b + i, sizeof(y));
		if (x != y)
			return false;
	}
	memcpy(&x, a + len - sizeof(x), sizeof(x));
	memcpy(&y, b + len - sizeof(y), sizeof(y));
	return x == y;
}

/* Of a string; NULL: none. */
static inline struct bytes bytes_of(const char *text)
{
	return (struct bytes){ text, text ? strlen(text) : 0 };
}

/* Compares with a string. */
static inline bool bytes_are(struct bytes b, const char *word)
{
	return bytes_equal(b, (struct bytes){ word, strlen(word) });
}

/* FNV-1a, 64 bits. Chainable: pass HASH_START first, then the last result. Not for secrets. */
#define HASH_START UINT64_C(0xcbf29ce484222325)
static inline uint64_t hash_bytes(uint64_t hash, const void *data, size_t len)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
	return hash;
}

#endif
