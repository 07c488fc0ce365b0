#include "verdict/private.h"

#include "sql.h"

#define TRIES 3		/* with news in between; then others wait */

/* Within a transaction that only reads. */
static int think(struct store *s, const struct judging *how, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_apart_hosts, err)) < 0)
		return rc;
	query_bind_text(q, "host", how->host);
	query_bind_int(q, "all", how->keys != NULL || store_only_reads(s));
	if ((rc = query_step(q, err)) < 0 || (rc = store_exec(s, sql_text[sql_apart_copy], err)) < 0)
		return rc;
	return judge(s, how, err);
}

int judge_aside(struct store *s, const struct judging *how, struct error *err)
{
	int rc = store_only_reads(s) ? store_exec(s, sql_text[sql_apart_in_memory], err) : 0;

	if (rc < 0 || (rc = store_exec(s, sql_text[sql_apart_begin], err)) == 0)
		rc = rc < 0 ? rc : think(s, how, err);
	if (rc < 0)
		judge_forget(s);
	return rc;
}

void judge_forget(struct store *s)
{
	struct error ignored;

	store_rollback(s);
	/* Else it is told by whoever needs the trail next. */
	if (store_exec(s, sql_text[sql_apart_end], &ignored) < 0)
		return;
}

/* 1: the trail is another by now. */
static int is_outdated(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_apart_changed, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	return query_int(q, 0) != 0;
}

/* Within a transaction. What is stale is so on every host. */
static int write_down(struct store *s, const struct judging *how, struct error *err)
{
	int rc = is_outdated(s, err);

	if (rc != 0)
		return rc;
	if ((rc = store_exec(s, sql_text[sql_apart_write], err)) < 0 ||
	    (rc = store_exec(s, sql_text[sql_apart_end], err)) < 0)
		return rc;
	return judge_mark_stale(s, how, err);
}

/* 1: nothing was written, as the trail has changed meanwhile. */
static int keep(struct store *s, const struct judging *how, struct error *err)
{
	int rc;

	if ((rc = store_exec(s, sql_text[sql_apart_compare], err)) < 0 || (rc = store_begin(s, err)) < 0)
		return rc;
	if ((rc = write_down(s, how, err)) != 0)
		return rc;
	return store_commit(s, err);
}

static int judge_in_turn(struct store *s, const struct judging *how, struct error *err)
{
	int rc, count;

	if ((rc = store_begin(s, err)) < 0)
		return rc;
	if ((count = judge(s, how, err)) < 0) {
		store_rollback(s);
		return count;
	}
	return (rc = store_commit(s, err)) < 0 ? rc : count;
}

int judge_apart(struct store *s, const struct judging *how, struct error *err)
{
	for (int i = 0; i < TRIES; i++) {
		int count = judge_aside(s, how, err), rc;

		if (count < 0)
			return count;
		rc = keep(s, how, err);
		judge_forget(s);
		if (rc <= 0)
			return rc < 0 ? rc : count;
	}
	return judge_in_turn(s, how, err);
}
