#include "trail/private.h"

#include <string.h>

/* The checks of store_open() are made by it. */
static int look(struct store *s, const char *path, struct error *err)
{
	AUTO(store_closep) struct store *trail = NULL;
	int rc = store_open(&trail, path, STORE_READ, err);

	if (rc < 0)
		return rc;
	s->path = trail->path;
	trail->path = NULL;
	s->unlocked = trail->unlocked;
	s->opened = trail->opened;
	return 0;
}

static int open_nameless(struct store *s, struct error *err)
{
	int rc = sqlite3_open_v2("", &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI |
				 SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX, NULL);

	if (s->db == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (rc != SQLITE_OK)
		return store_error(s, err);
	sqlite3_busy_handler(s->db, store_keep_waiting, s);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if ((rc = store_exec(s, sql_text[sql_scratch_settings], err)) < 0)
		return rc;
	return store_upgrade(s, err);
}

static int attach(struct store *s, struct error *err)
{
	AUTO(freep) char *uri = store_uri(s->path, s->unlocked ? UNLOCKED : READ_ONLY);
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if (uri == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if ((rc = query_open(&q, s, sql_scratch_attach, err)) < 0)
		return rc;
	query_bind_text(q, "uri", uri);
	return query_step(q, err);
}

int store_open_scratch(struct store **out, const char *path, struct error *err)
{
	AUTO(store_closep) struct store *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	s->others_ms = INT64_MAX;
	if ((rc = look(s, path, err)) < 0 || (rc = open_nameless(s, err)) < 0 ||
	    (rc = attach(s, err)) < 0)
		return rc;
	*out = s;
	s = NULL;	/* the caller's now */
	return 0;
}

/* What it has of a page that it could not read is the code of that error alone. */
int store_damage(const struct store *s, struct bytes said, struct error *err)
{
	static const char part[] = "unable to get the page. error code=";
	const char *at = memmem(said.data, said.len, part, strlen(part));
	int code = at != NULL ? atoi(at + strlen(part)) & 0xff : SQLITE_OK;

	if (code == SQLITE_NOMEM)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (code == SQLITE_IOERR)
		return error_set(err, ERR_TRAIL, "cannot read or write trail '%s': check its disk", s->path);
	return 0;
}
