#include "trail/private.h"

/*
 * Which processes the trail may have recent steps of, so that store_link() need
 * not query it for the others. Pids go up one by one before they come again, so
 * most processes have none, and the query takes a tenth of the time that an
 * event takes.
 *
 * The steps that this connection adds are remembered by process. Other
 * connections may have added steps as well, but none that is newer than the
 * newest event of the trail.
 */

static uint32_t *slot_of(struct store *s, int64_t host_id, int64_t pid)
{
	/* The pids of one host lie side by side: none meets another before 65,536 of them. */
	return &s->recent_s[((uint64_t)pid + (uint64_t)host_id * 40503u) % PROCESSES_RECENT];
}

/* Seconds, rounded up. A time outside of 1970 to 2106 counts as recent for ever. */
static uint32_t to_seconds(int64_t time_ms)
{
	return time_ms < 0 || time_ms / 1000 >= UINT32_MAX ? UINT32_MAX : (uint32_t)(time_ms / 1000 + 1);
}

/* Runs a statement that returns one number; NULL is `otherwise`. */
static int ask(struct store *s, enum statement which, int64_t otherwise, int64_t *number,
	       struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, which, err)) < 0)
		return rc;
	if ((rc = query_step(q, err)) < 0)
		return rc;
	*number = query_is_null(q, 0) ? otherwise : query_int(q, 0);
	return 0;
}

int store_recent_look(struct store *s, struct error *err)
{
	int64_t version;
	int rc;

	if (s->recent_known)
		return 0;
	if ((rc = ask(s, sql_data_version, 0, &version, err)) < 0)
		return rc;
	if (version != s->recent_version &&
	    (rc = ask(s, sql_event_newest, INT64_MIN, &s->others_ms, err)) < 0)
		return rc;
	s->recent_version = version;
	s->recent_known = true;
	return 0;
}

bool store_recent_may_have(struct store *s, int64_t host_id, int64_t pid, int64_t from_ms)
{
	return from_ms < 0 || s->others_ms >= from_ms ||
	       *slot_of(s, host_id, pid) >= (uint64_t)from_ms / 1000;
}

void store_recent_add(struct store *s, int64_t host_id, int64_t pid, int64_t time_ms)
{
	uint32_t *slot = slot_of(s, host_id, pid);

	*slot = MAX(*slot, to_seconds(time_ms));
}
