/*
 * What every test includes: cmocka with what its header needs first.
 */
#ifndef MODTRAIL_TEST_H
#define MODTRAIL_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* A string literal as bytes, without its NUL. */
#define BYTES(literal) ((struct bytes){ literal, sizeof(literal) - 1 })

#define assert_bytes_equal(b, text) \
	do { \
		struct bytes bytes_ = (b); \
		assert_int_equal(bytes_.len, strlen(text)); \
		assert_memory_equal(bytes_.data, text, bytes_.len); \
	} while (0)

#endif
