/*
 * SHA-256, for digests that must not be forged.
 */
#ifndef MODTRAIL_BASE_SHA256_H
#define MODTRAIL_BASE_SHA256_H

#include <stddef.h>
#include <sys/types.h>

#include <sodium.h>

struct sha256 {
	crypto_hash_sha256_state context;
};
#define SHA256_TEXT 65		/* 64 hex digits and NUL */

void sha256_begin(struct sha256 *h);
void sha256_add(struct sha256 *h, const void *data, size_t len);
void sha256_end(struct sha256 *h, char hex[static SHA256_TEXT]);

#endif
