#include "verdict/check_private.h"

#include "model/event.h"
#include "verdict/digest.h"

#include <inttypes.h>
#include <stdio.h>

/* A marker in the trail, and what it is about. */
struct vouched {
	int64_t marker_id, host_id;
	struct digest digest;
	char host[DIGEST_HOST];		/* that it names; "": its own */
};

/* 1: the host's id and name are filled, 0: the trail does not know it. */
static int find_host(struct checker *c, struct vouched *v, char name[static DIGEST_HOST],
		     struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct bytes found;
	int rc;

	if ((rc = query_open(&q, c->store, sql_digest_host, err)) < 0)
		return rc;
	query_bind_int(q, "id", v->host_id);
	query_bind_text(q, "name", v->host[0] ? v->host : NULL);
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	found = query_text(q, 1);
	v->host_id = query_int(q, 0);
	snprintf(name, DIGEST_HOST, "%.*s", (int)found.len, found.data);
	return 1;
}

static int tell_number(struct checker *c, struct difference *d, const char *field, int64_t stored,
		       int64_t expected, struct error *err)
{
	char is[24], should[24];

	if (stored == expected)
		return 0;
	snprintf(is, sizeof(is), "%" PRId64, stored);
	snprintf(should, sizeof(should), "%" PRId64, expected);
	d->field = bytes_of(field);
	d->stored = bytes_of(is);
	d->expected = bytes_of(should);
	return check_tell(c, d, err);
}

static int tell(struct checker *c, const struct vouched *v, const char *host, const struct digest *now,
		struct error *err)
{
	const struct digest *then = &v->digest;
	char day[DAY_TEXT];
	struct difference d = {
		.kind = DIFFERS_DIGEST,
		.table = bytes_of("day"),
		.event_id = v->marker_id,
		.host = bytes_of(host),
		.time_ms = then->day * DAY_MS,
		.row = bytes_of(day_text(then->day, day)),
	};
	int rc;

	if (now->events == then->events && now->records == then->records) {
		d.field = bytes_of("sha256");
		d.stored = bytes_of(now->sha256);
		d.expected = bytes_of(then->sha256);
		return check_tell(c, &d, err);
	}
	if ((rc = tell_number(c, &d, "events", now->events, then->events, err)) < 0)
		return rc;
	return tell_number(c, &d, "records", now->records, then->records, err);
}

/* What came later has greater ids, in the trail that the digest is of. */
static int compare(struct checker *c, const struct vouched *v, const char *host, struct error *err)
{
	struct digest now, known;
	int rc;

	if ((rc = digest_day(c->store, v->host_id, v->digest.day, INT64_MAX, &now, err)) < 0)
		return rc;
	if (strcmp(now.sha256, v->digest.sha256) == 0) {
		c->counts->vouched++;
		return 0;
	}
	if (now.events <= v->digest.events)
		return tell(c, v, host, &now, err);
	rc = digest_day(c->store, v->host_id, v->digest.day, v->digest.last_id, &known, err);
	if (rc < 0)
		return rc;
	if (strcmp(known.sha256, v->digest.sha256) != 0)
		return tell(c, v, host, &now, err);
	c->counts->vouched++;
	c->counts->late++;
	return 0;
}

static int check_one(struct checker *c, struct vouched *v, struct error *err)
{
	char host[DIGEST_HOST];
	int rc = find_host(c, v, host, err);

	if (rc <= 0) {
		c->counts->elsewhere += rc == 0;
		return rc;
	}
	if (c->counts->horizon_ms != NUM_NONE && v->digest.day * DAY_MS < c->counts->horizon_ms) {
		c->counts->pruned++;
		return 0;
	}
	return compare(c, v, host, err);
}

int check_vouched(struct checker *c, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct vouched v;
	int rc;

	if ((rc = query_open(&q, c->store, sql_digest_markers, err)) < 0)
		return rc;
	while ((rc = query_step(q, err)) > 0) {
		v = (struct vouched){ .marker_id = query_int(q, 0), .host_id = query_int(q, 2) };
		if (digest_read(query_text(q, 3), &v.digest, v.host) && (rc = check_one(c, &v, err)) < 0)
			return rc;
	}
	return rc;
}
