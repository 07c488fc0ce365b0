#include "trail/private.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#define RETRY 4		/* not the first: where SQLite does not wait by itself we do, 16 ms */

int store_error(struct store *s, struct error *err)
{
	int code = sqlite3_extended_errcode(s->db);
	int system = sqlite3_system_errno(s->db);

	if ((code & 0xff) == SQLITE_IOERR && system == ENOSPC)	/* of the -shm */
		code = SQLITE_FULL;
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return error_set(err, ERR_NOMEM, "out of memory");
	case SQLITE_BUSY:
	case SQLITE_INTERRUPT:
		return store_wait_error(s, err);
	case SQLITE_FULL:
		return error_set(err, ERR_TRAIL, "no room left for trail '%s': make room on its disk "
				 "and run again; what was not committed is not in it", s->path);
	case SQLITE_NOTADB:
		return error_set(err, ERR_TRAIL, "'%s' is no modtrail trail: name another file with -d",
				 s->path);
	case SQLITE_CORRUPT:
		return error_set(err, ERR_TRAIL, "trail '%s' is damaged: move it away and read the "
				 "logs into a new one, or save what is left with 'sqlite3 FILE .recover'",
				 s->path);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return error_set(err, ERR_TRAIL, "trail '%s' is read-only: run as its owner, or name "
				 "another with -d", s->path);
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		return error_set(err, ERR_TRAIL, "cannot read or write trail '%s' (%s): check its disk, "
				 "its folder and their permissions", s->path,
				 system ? strerror(system) : sqlite3_errmsg(s->db));
	default:
		return error_set(err, ERR_TRAIL, "trail '%s': %s", s->path, sqlite3_errmsg(s->db));
	}
}

int store_write_error(struct store *s, struct error *err)
{
	s->failed = true;
	return store_error(s, err);
}

int store_exec(struct store *s, const char *sql, struct error *err)
{
	int rc;

	s->in_exec = true;
	store_wait_anew(s);
	/* Where waiting could be a deadlock SQLite says so at once; we hold no lock here. */
	while ((rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL) & 0xff) == SQLITE_BUSY &&
	       store_keep_waiting(s, RETRY))
		;
	s->in_exec = false;
	return rc == SQLITE_OK ? 0 : store_error(s, err);
}

/*
 * A connection whose query reads a snapshot from before another process wrote
 * cannot begin to write, however long it waits (SQLITE_BUSY_SNAPSHOT), and its
 * snapshot keeps the WAL from beginning anew.
 */
static void end_reading(struct store *s)
{
	for (sqlite3_stmt *q = sqlite3_next_stmt(s->db, NULL); q; q = sqlite3_next_stmt(s->db, q))
		if (sqlite3_stmt_busy(q))
			sqlite3_reset(q);
}

int store_begin(struct store *s, struct error *err)
{
	assert(sqlite3_get_autocommit(s->db));
	end_reading(s);
	s->failed = false;
	s->horizon_known = s->recent_known = false;	/* another process may have pruned, or added */
	s->changes_before = sqlite3_total_changes(s->db);
	return store_exec(s, sql_text[sql_begin], err);
}

int store_check_in_place(struct store *s, struct error *err)
{
	int moved = 0;

	sqlite3_file_control(s->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return 0;
	return error_set(err, ERR_TRAIL, "trail '%s' was removed or replaced while it was written to: run again to "
			 "go on with the one that is there; " STORE_RESTORE, s->path);
}

/*
 * SQLite leaves the WAL of a file that has no name any more, and whoever opens
 * the file that has its name now would take it over. All that is committed goes
 * where it belongs, and an empty WAL is left, if nobody reads.
 */
static void leave_no_wal(struct store *s)
{
	if (s->db == NULL || s->unlocked || store_check_in_place(s, NULL) == 0)
		return;
	store_rollback(s);
	sqlite3_busy_handler(s->db, NULL, NULL);
	sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
}

/* Puts the stamp of this transaction, if it changes anything. */
static int put_stamp(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if (sqlite3_total_changes(s->db) == s->changes_before)
		return 0;
	if ((rc = query_open(&q, s, sql_stamp, err)) < 0)
		return rc;
	return query_run(q, err);
}

int store_settle(struct store *s, struct error *err)
{
	int rc = store_link(s, err);

	return rc < 0 ? rc : store_put_news(s, err);
}

static int commit(struct store *s, struct error *err)
{
	int rc;

	if (s->failed)
		return error_set(err, ERR_TRAIL, "nothing was committed to trail '%s': a write before "
				 "failed", s->path);
	if ((rc = store_check_in_place(s, err)) < 0 || (rc = store_settle(s, err)) < 0 ||
	    (rc = put_stamp(s, err)) < 0)
		return rc;
	if (sqlite3_exec(s->db, sql_text[sql_commit], NULL, NULL, NULL) != SQLITE_OK)
		return store_error(s, err);
	return 0;
}

int store_commit(struct store *s, struct error *err)
{
	int rc = commit(s, err);

	if (rc < 0)
		store_rollback(s);
	return rc;
}

bool store_only_reads(const struct store *s)
{
	return sqlite3_db_readonly(s->db, "main") == 1;
}

void store_rollback(struct store *s)
{
	store_forget_changes(s);
	s->news_count = 0;
	s->host_id = 0;		/* it may have been of this transaction */
	s->horizon_known = s->recent_known = false;
	s->failed = false;
	if (!sqlite3_get_autocommit(s->db))	/* SQLite rolls back by itself after some errors */
		sqlite3_exec(s->db, sql_text[sql_rollback], NULL, NULL, NULL);
}

int buffer_add(struct buffer *b, const void *data, size_t len, struct error *err)
{
	int rc = array_grow(&b->data, &b->cap, b->len + len, 1, err);

	if (rc < 0)
		return rc;
	if (len > 0)
		memcpy(b->data + b->len, data, len);
	b->len += len;
	return 0;
}

void store_interrupt(struct store *s)
{
	s->interrupted = 1;
}

void store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_checkpoint_end(s);
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(s->query[i].q);
	leave_no_wal(s);
	sqlite3_close(s->db);
	free(s->path);
	free(s->host_name.data);
	free(s->raw.data);
	free(s->twins);
	free(s->news);
	free(s->changes);
	free(s->added);
	free(s->added_text.data);
	free(s->step);
	free(s->linked);
	free(s->text.data);
	free(s->start);
	free(s);
}
