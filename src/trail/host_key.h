/*
 * Whose key signs the self-tests of a host: what a trail was told, and what it
 * took for true. A key has one host in a trail, until somebody accepts it for
 * another, too: so what a host signed says nothing when it is sent on another one.
 */
#ifndef MODTRAIL_TRAIL_HOST_KEY_H
#define MODTRAIL_TRAIL_HOST_KEY_H

#include "model/signature.h"
#include "trail/store.h"

/* How a key came to be that of a host. The numbers are stored. */
enum trust {
#define TRUST(id, word) TRUST_##id,
#include "model/words.def"
	TRUST_COUNT
};

/*
 * From now on this is the key of the host, which is made if it is new; if that is
 * news, all of its self-tests are to be judged anew. Within a transaction.
 *
 *   OWN       this host's own: others that it only was the first to use are forgotten
 *   GIVEN     before it was used: all others are forgotten, and nothing unsigned counts
 *   ACCEPTED  in the place of another
 *
 * What keys that are not forgotten signed before since_ms still counts.
 */
must_check int store_trust_key(struct store *s, const char *host, const char *key, enum trust trust,
			       int64_t since_ms, struct error *err);

/*
 * Accepts a key under which self-tests of the host began that do not count; key gets it.
 * id: how its text begins; NULL: there is only one. Within a transaction. ERR_INPUT if there is
 * none, or several.
 */
must_check int store_accept_key(struct store *s, const char *host, const char *id,
				char key[KEY_TEXT], struct error *err);

#endif
