#include "base/sha256.h"

void sha256_begin(struct sha256 *h)
{
	SHA256Init(&h->context);
}

void sha256_add(struct sha256 *h, const void *data, size_t len)
{
	SHA256Update(&h->context, data, len);
}

void sha256_end(struct sha256 *h, char hex[static SHA256_TEXT])
{
	SHA256End(&h->context, hex);
}
