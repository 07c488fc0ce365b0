/*
 * The wanted keys: those under which a record of a module counts as seen. As
 * the commands take them, one --key after the other.
 */
#ifndef MODTRAIL_MODEL_KEYS_H
#define MODTRAIL_MODEL_KEYS_H

#include "base/error.h"

#include <stdbool.h>

/* What the published rules for modules have (DESIGN: key). */
#define KEY_DEFAULT "modules"
#define KEYS_MAX 32
/* AUDIT_KEY_SEPARATOR: how the kernel joins several keys of one rule, or of one event. */
#define KEY_SEPARATOR '\x01'
/* AUDIT_MAX_KEY_LEN of libaudit.h, less the NUL. */
#define KEY_LEN_MAX 255

struct keys {
	const char *key[KEYS_MAX + 1];	/* NULL-ended; borrowed */
	size_t count;
};

/* Adds one. ERR_USAGE for an empty or too long key, or one too many. */
must_check int keys_add(struct keys *keys, const char *key, struct error *err);

/* Makes KEY_DEFAULT the only one if there is none. */
void keys_default(struct keys *keys);

/*
 * Takes the next key off keys, a list joined by KEY_SEPARATOR, which it borrows; data NULL:
 * none. False at its end.
 */
bool keys_next(struct bytes *keys, struct bytes *key);

/* Is one of the wanted keys (NULL-ended) among keys, joined by KEY_SEPARATOR? */
bool keys_hold(struct bytes keys, const char *const *wanted);

#endif
