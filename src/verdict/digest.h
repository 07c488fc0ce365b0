/*
 * The digest of a day: SHA-256 over the records that the trail holds of a host and a
 * day (UTC), each without the node= before it and the names that auditd puts behind
 * it. It is the same in whatever order, form and number of times they were read.
 *
 * Written into the audit stream, as a marker, it has the log vouch for the trail:
 *
 *   op=modtrail-digest v=1 day= events= records= last= sha256= [host=]
 *
 * last: the newest of the events' ids, by which that trail can tell what came later.
 * Without host= it is about the host in whose log it is.
 */
#ifndef MODTRAIL_VERDICT_DIGEST_H
#define MODTRAIL_VERDICT_DIGEST_H

#include "base/sha256.h"
#include "model/marker.h"
#include "trail/store.h"

#define DAY_MS INT64_C(86400000)
#define DAY_TEXT 11

struct digest {
	int64_t day;		/* since 1970 */
	int64_t events, records;
	int64_t last_id;
	char sha256[SHA256_TEXT];
};

/* What the trail holds of a host's day, of the events with ids up to last_id. */
must_check int digest_day(struct store *s, int64_t host_id, int64_t day, int64_t last_id,
			  struct digest *out, struct error *err);

/* Calls each for every host's day that has events; host NULL, day negative: all. */
typedef int digest_fn(void *arg, struct bytes host, const struct digest *d, struct error *err);
must_check int digest_each(struct store *s, const char *host, int64_t day, digest_fn *each, void *arg,
			   struct error *err);

/* host NULL: the one in whose log it will be. */
void digest_mark(struct marker_text *m, const struct digest *d, const char *host);

/* What a marker says: false if it is malformed. host: "" if it names none. */
#define DIGEST_HOST 256
bool digest_read(struct bytes text, struct digest *out, char host[static DIGEST_HOST]);

/* "2026-11-23", and back. */
const char *day_text(int64_t day, char out[static DAY_TEXT]);
bool day_parse(const char *text, int64_t *day);

#endif
