#include "trail/host_key.h"

#include "trail/private.h"

#include <stdio.h>
#include <string.h>

/* A statement about a key of a host. */
static int ask(struct query **q, struct store *s, enum statement id, int64_t host_id,
	       const char *key, struct error *err)
{
	int rc = query_open(q, s, id, err);

	if (rc < 0)
		return rc;
	query_bind_int(*q, "host_id", host_id);
	query_bind_text(*q, "key", key);
	return 0;
}

/* All that its markers say may be something else now. */
static int accept_all(struct store *s, int64_t host_id, struct error *err)
{
	int rc = query_run_with(s, sql_marker_accept_all, "host_id", host_id, err);

	return rc < 0 ? rc : store_news(s, host_id, 0, true, err);
}

int store_first_key(struct store *s, int64_t host_id, const char *key, int64_t time_ms,
		    struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = ask(&q, s, sql_host_key_first, host_id, key, err)) < 0)
		return rc;
	query_bind_int(q, "time_ms", time_ms);
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	query_close(q);
	q = NULL;
	rc = accept_all(s, host_id, err);
	return rc < 0 ? rc : 1;
}

/* Others that are not that host's any more, or never were. */
static int forget_others(struct store *s, int64_t host_id, const char *key, enum trust trust,
			 struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if (trust == TRUST_ACCEPTED)
		return 0;
	if ((rc = ask(&q, s, sql_host_key_forget, host_id, key, err)) < 0)
		return rc;
	if (trust == TRUST_OWN)
		query_bind_int(q, "trust", TRUST_FIRST);
	return query_run(q, err);
}

static int retire_others(struct store *s, int64_t host_id, const char *key, int64_t since_ms,
			 struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = ask(&q, s, sql_host_key_retire, host_id, key, err)) < 0)
		return rc;
	query_bind_int(q, "time_ms", since_ms);
	return query_run(q, err);
}

static int put(struct store *s, int64_t host_id, const char *key, enum trust trust, int64_t since_ms,
	       struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = ask(&q, s, sql_host_key_put, host_id, key, err)) < 0)
		return rc;
	query_bind_int(q, "time_ms", trust == TRUST_GIVEN ? 0 : since_ms);
	query_bind_int(q, "trust", trust);
	return query_run(q, err);
}

int store_trust_key(struct store *s, const char *host, const char *key, enum trust trust,
		    int64_t since_ms, struct error *err)
{
	int64_t host_id = store_host(s, (struct bytes){ host, strlen(host) }, err);
	int before = sqlite3_total_changes(s->db), rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = forget_others(s, host_id, key, trust, err)) < 0 ||
	    (rc = retire_others(s, host_id, key, since_ms, err)) < 0 ||
	    (rc = put(s, host_id, key, trust, since_ms, err)) < 0 ||
	    sqlite3_total_changes(s->db) == before)
		return rc;
	return accept_all(s, host_id, err);
}

/* The keys that may be meant. */
struct candidates {
	char key[KEY_TEXT];	/* the first */
	int64_t since_ms;
	char ids[256];		/* of all, parted by blanks; cut if there are more */
	size_t count;
};

static void add_candidate(struct candidates *c, struct bytes key, int64_t since_ms)
{
	size_t len = strlen(c->ids);

	snprintf(c->ids + len, sizeof(c->ids) - len, "%s%.*s", len ? " " : "", KEY_ID, key.data);
	if (c->count++ > 0)
		return;
	snprintf(c->key, sizeof(c->key), "%.*s", (int)key.len, key.data);
	c->since_ms = since_ms;
}

static int find_candidates(struct candidates *c, struct store *s, const char *host, const char *id,
			   struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	*c = (struct candidates){ .count = 0 };
	if ((rc = query_open(&q, s, sql_host_key_refused, err)) < 0)
		return rc;
	query_bind_text(q, "host", host);
	while ((rc = query_step(q, err)) > 0) {
		struct bytes key = query_text(q, 0);

		if (key.len == KEY_TEXT - 1 && strncmp(key.data, id, strlen(id)) == 0)
			add_candidate(c, key, query_int(q, 1));
	}
	return rc;
}

int store_accept_key(struct store *s, const char *host, const char *id, char key[KEY_TEXT],
		     struct error *err)
{
	struct candidates c;
	int rc = find_candidates(&c, s, host, id ? id : "", err);

	if (rc < 0)
		return rc;
	if (c.count == 0)
		return error_set(err, ERR_INPUT, "the trail has no self-test of '%s' by %s that was not "
				 "accepted: see 'modtrail sql selftest-keys'", host,
				 id ? "such a key" : "a key");
	if (c.count > 1)
		return error_set(err, ERR_INPUT, "'%s' has self-tests by several keys that were not "
				 "accepted: name one of %s", host, c.ids);
	memcpy(key, c.key, KEY_TEXT);
	return store_trust_key(s, host, key, TRUST_ACCEPTED, c.since_ms, err);
}
