#include "base/sha256.h"

void sha256_begin(struct sha256 *h)
{
	crypto_hash_sha256_init(&h->context);
}

void sha256_add(struct sha256 *h, const void *data, size_t len)
{
	crypto_hash_sha256_update(&h->context, data, len);
}

void sha256_end(struct sha256 *h, char hex[static SHA256_TEXT])
{
	unsigned char hash[crypto_hash_sha256_BYTES];

	crypto_hash_sha256_final(&h->context, hash);
	sodium_bin2hex(hex, SHA256_TEXT, hash, sizeof(hash));
}
