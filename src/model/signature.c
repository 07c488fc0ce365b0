#include "model/signature.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SEAL " seal="
#define TEXT_FORM sodium_base64_VARIANT_ORIGINAL_NO_PADDING
#define SIGNATURE_TEXT 87	/* 86 letters */

_Static_assert(KEY_SEED == crypto_sign_SEEDBYTES, "a seed is one of Ed25519");
_Static_assert(sizeof(((struct signing_key *)0)->secret) == crypto_sign_SECRETKEYBYTES,
	       "a secret is one of Ed25519");
_Static_assert(KEY_TEXT == sodium_base64_ENCODED_LEN(crypto_sign_PUBLICKEYBYTES, TEXT_FORM),
	       "a public key is one of Ed25519");
_Static_assert(SIGNATURE_TEXT == sodium_base64_ENCODED_LEN(crypto_sign_BYTES, TEXT_FORM),
	       "a signature is one of Ed25519");

const char *const signature_names[SIGNATURE_COUNT] = {
#define SIGNATURE(id, word) [SIGNATURE_##id] = word,
#include "model/words.def"
};

void signature_init(void)
{
	/* It only fails to find random numbers, and none are asked of it. */
	(void)!sodium_init();
}

void signing_key_make(struct signing_key *key, const unsigned char seed[KEY_SEED],
		      struct bytes machine)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES], own[KEY_SEED];

	crypto_generichash(own, sizeof(own), (const unsigned char *)machine.data, machine.len, seed,
			   KEY_SEED);
	crypto_sign_seed_keypair(public, key->secret, own);
	sodium_memzero(own, sizeof(own));
	sodium_bin2base64(key->text, sizeof(key->text), public, sizeof(public), TEXT_FORM);
}

/* The text of exactly size bytes. */
static bool decode(struct bytes text, unsigned char *out, size_t size)
{
	size_t len;

	return text.data != NULL &&
	       sodium_base642bin(out, size, text.data, text.len, NULL, &len, NULL, TEXT_FORM) == 0 &&
	       len == size;
}

bool signing_key_is_public(struct bytes text)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES];

	return decode(text, public, sizeof(public));
}

struct signed_bytes {
	unsigned char data[MARKER_MAX + 64];
	size_t len;
};

/* False: it is longer than any marker. */
static bool fill(struct signed_bytes *to, struct bytes text, int64_t pid)
{
	int head = snprintf((char *)to->data, sizeof(to->data), "modtrail marker by %" PRId64 ": ", pid);

	if (text.len > sizeof(to->data) - (size_t)head)
		return false;
	memcpy(to->data + head, text.data, text.len);
	to->len = (size_t)head + text.len;
	return true;
}

void marker_sign(struct marker_text *m, const struct signing_key *key, int64_t pid, int64_t now_ms)
{
	unsigned char signature[crypto_sign_BYTES];
	char text[SIGNATURE_TEXT];
	struct signed_bytes what;

	m->room = sizeof(m->text);
	marker_add_number(m, "t", now_ms);
	marker_add(m, "by", key->text);
	(void)fill(&what, (struct bytes){ m->text, m->len }, pid);	/* a marker fits */
	crypto_sign_detached(signature, NULL, what.data, what.len, key->secret);
	sodium_bin2base64(text, sizeof(text), signature, sizeof(signature), TEXT_FORM);
	marker_add(m, "seal", text);
}

struct bytes marker_signed_part(struct bytes text)
{
	const char *seal = text.len > 0 ? memmem(text.data, text.len, SEAL, strlen(SEAL)) : NULL;

	return seal == NULL ? text : (struct bytes){ text.data, (size_t)(seal - text.data) };
}

static bool is_by(struct bytes text, struct bytes signature, int64_t pid, const char *key)
{
	unsigned char public[crypto_sign_PUBLICKEYBYTES], bytes[crypto_sign_BYTES];
	struct signed_bytes what;

	return decode((struct bytes){ key, strlen(key) }, public, sizeof(public)) &&
	       decode(signature, bytes, sizeof(bytes)) && fill(&what, text, pid) &&
	       crypto_sign_verify_detached(bytes, what.data, what.len, public) == 0;
}

static bool is_of_its_time(struct bytes text, int64_t time_ms)
{
	int64_t signed_ms;

	return marker_get_number(text, "t", &signed_ms) && signed_ms >= 0 &&
	       signed_ms <= INT64_MAX - SIGNED_SLACK_MS &&
	       time_ms >= signed_ms - SIGNED_SLACK_MS && time_ms <= signed_ms + SIGNED_SLACK_MS;
}

enum signature marker_signature(struct bytes text, int64_t pid, int64_t time_ms,
				char key[KEY_TEXT])
{
	struct bytes part = marker_signed_part(text), signature;

	if (part.len == text.len)
		return SIGNATURE_UNSIGNED;
	signature = (struct bytes){ part.data + part.len + strlen(SEAL),
				    text.len - part.len - strlen(SEAL) };
	return is_of_its_time(part, time_ms) && marker_get(part, "by", key, KEY_TEXT) &&
	       is_by(part, signature, pid, key) ? SIGNATURE_GOOD : SIGNATURE_BAD;
}
