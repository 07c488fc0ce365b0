/*
 * Signatures of markers (Ed25519). A marker is a user record, and whoever has
 * CAP_AUDIT_WRITE (root in a container, too) can write records that look like
 * one: so each is signed by the key of its host, and ends in
 *
 *   ... t=MS by=KEY seal=SIGNATURE
 *
 * KEY is the host's public key and SIGNATURE is over the writer's pid and all
 * of the marker before " seal="; both in base64. (Not key=: libauparse takes what
 * is no hexadecimal there for NULL, and auditd 3.0.9 ends by SIGSEGV.) So each marker can be checked by
 * itself, in whatever order they arrive, and what is behind the signature is none
 * of it. What an attacker without the key can come to:
 *
 *   changes a marker, or makes one up   its signature is bad, or by a key that nobody accepted
 *   adds one to a genuine run           it is left out, and the run counts as if it were not there
 *   sends a marker once more            bad: the pid is not that of the record, or t is not its
 *                                       time. Within SIGNED_SLACK_MS and by a process of the same
 *                                       pid it says what the run has said already, which is left out
 *   sends it on another host            foreign there: a key is one machine's, as the key of a host
 *                                       is made of a secret and of the machine's id
 *   keeps markers from the log          the run lacks its end, or tells of acts that are not there:
 *                                       losses, by which nothing becomes proven
 *   writes before the host ever did     a reader that knows no key of the host takes the first one
 *                                       (trail/host_key.h): the host's own is then told as foreign
 *
 * Pure, but for the library.
 */
#ifndef MODTRAIL_MODEL_SIGNATURE_H
#define MODTRAIL_MODEL_SIGNATURE_H

#include "model/marker.h"

#define SIGNED_SLACK_MS INT64_C(120000)	/* a record may wait for room in the kernel's backlog */
#define KEY_SEED 32
#define KEY_TEXT 44		/* a public key in base64, 43 letters */
#define KEY_ID 12		/* its first letters, by which people tell keys apart */

/* What a marker, or a run, has for a signature. The numbers are stored. */
enum signature {
#define SIGNATURE(id, word) SIGNATURE_##id,
#include "model/words.def"
	SIGNATURE_COUNT
};
extern const char *const signature_names[SIGNATURE_COUNT];

/* To be called once, before threads and before a process gives up rights. */
void signature_init(void);

struct signing_key {
	char text[KEY_TEXT];		/* the public key */
	unsigned char secret[64];
};

/* The key of a machine with this id (/etc/machine-id; may be empty). */
void signing_key_make(struct signing_key *key, const unsigned char seed[KEY_SEED],
		      struct bytes machine);

/* Is it the text of a public key? */
bool signing_key_is_public(struct bytes text);

/* Signs a finished marker that process pid will write now. */
void marker_sign(struct marker_text *m, const struct signing_key *key, int64_t pid, int64_t now_ms);

/*
 * Of a marker in a record by pid at time_ms: UNSIGNED; GOOD, with the key that it
 * is by: whose that is, only a trail knows; or BAD.
 */
enum signature marker_signature(struct bytes text, int64_t pid, int64_t time_ms,
				char key[KEY_TEXT]);

/* What is signed of a marker, and all of it if it is not signed. */
struct bytes marker_signed_part(struct bytes text);

#endif
