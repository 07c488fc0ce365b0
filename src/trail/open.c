#include "trail/private.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x6d6f6474	/* sql/migration/0001_trail.sql. Never changes. */

#define NEWEST ((int64_t)ARRAY_SIZE(sql_migrations))
#define WITH_MARKERS 16		/* the version that has the table marker as it is now, empty */

/* The name of a file of SQLite's that belongs to the trail. NULL: out of memory. */
static char *beside(const struct store *s, const char *suffix)
{
	char *path = NULL;

	return asprintf(&path, "%s%s", s->path, suffix) < 0 ? NULL : path;
}

static int no_trail(const char *path, struct error *err)
{
	return error_set(err, ERR_TRAIL, "no trail at '%s': make one with 'modtrail ingest', or name "
			 "another with -d", path);
}

/* Makes path absolute: only its last part must be no symlink. Makes the folder if it may. */
static int resolve(struct store *s, const char *path, enum store_mode mode, struct error *err)
{
	AUTO(freep) char *copy = strdup(path);
	AUTO(freep) char *other = strdup(path);
	AUTO(freep) char *folder = NULL;
	const char *parent, *name;

	if (copy == NULL || other == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	parent = dirname(copy);
	name = basename(other);
	folder = realpath(parent, NULL);
	if (folder == NULL && errno == ENOENT && mode == STORE_WRITE) {
		if (mkdir(parent, 0750) < 0 && errno != EEXIST)
			return error_set(err, ERR_TRAIL, "cannot make folder '%s' for the trail: %s",
					 parent, strerror(errno));
		folder = realpath(parent, NULL);
	}
	if (folder == NULL && errno == ENOENT)
		return no_trail(path, err);
	if (folder == NULL)
		return error_set(err, ERR_TRAIL, "cannot open trail '%s': %s", path, strerror(errno));
	if (asprintf(&s->path, "%s/%s", strcmp(folder, "/") == 0 ? "" : folder, name) < 0) {
		s->path = NULL;
		return error_set(err, ERR_NOMEM, "out of memory");
	}
	return 0;
}

/* The WAL of a trail that is gone would be taken over by a new one. Another process may be making that. */
static int create(struct store *s, struct error *err)
{
	AUTO(freep) char *wal = beside(s, "-wal");
	struct stat st;

	if (wal == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (lstat(wal, &st) == 0 && st.st_size > 0 && lstat(s->path, &st) < 0 && errno == ENOENT)
		return error_set(err, ERR_TRAIL, "there is no trail '%s', but the -wal file of one that is gone: put "
				 "the trail back, or remove the -wal and -shm files", s->path);
	return store_create(s->path, err);
}

static int check_file(struct store *s, enum store_mode mode, struct error *err)
{
	struct stat st;

	if (lstat(s->path, &st) < 0 && errno == ENOENT) {
		if (mode == STORE_WRITE)
			return create(s, err);
		return no_trail(s->path, err);
	}
	if (lstat(s->path, &st) < 0)
		return error_set(err, ERR_TRAIL, "cannot open trail '%s': %s", s->path,
				 strerror(errno));
	if (S_ISLNK(st.st_mode))
		return error_set(err, ERR_TRAIL, "'%s' is a symlink: name the trail itself", s->path);
	if (S_ISDIR(st.st_mode))
		return error_set(err, ERR_TRAIL, "'%s' is a folder: name a file in it, such as "
				 "'%s/trail.db'", s->path, s->path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_TRAIL, "'%s' is no regular file: name another with -d",
				 s->path);
	s->opened = st;
	return 0;
}

/*
 * What lies beside the trail is SQLite's, and no more a link than the trail. In
 * a folder that anyone may write to it may have been put there, to be filled.
 */
static int check_beside(const struct store *s, enum store_mode mode, struct error *err)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal" };
	AUTO(freep) char *path = malloc(strlen(s->path) + sizeof("-journal"));
	struct stat folder, st;

	if (path == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	strcpy(path, s->path);
	if (stat(dirname(path), &folder) < 0)
		return 0;	/* to be told by whoever opens it */
	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		sprintf(path, "%s%s", s->path, suffixes[i]);
		if (lstat(path, &st) < 0)
			continue;
		if (S_ISLNK(st.st_mode))
			return error_set(err, ERR_TRAIL, "'%s' is a symlink: remove it", path);
		if (mode == STORE_WRITE && (folder.st_mode & S_IWOTH) != 0 && st.st_uid != 0 &&
		    st.st_uid != geteuid())
			return error_set(err, ERR_TRAIL, "'%s' belongs to another user (%u), in a "
					 "folder that anyone may write to: name a trail in a folder of "
					 "your own with -d", path, (unsigned)st.st_uid);
	}
	return 0;
}

char *store_uri(const char *path, const char *how)
{
	static const char plain[] = "/-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t size = 3 * strlen(path) + strlen(how) + sizeof("file:?");
	char *uri = malloc(size), *to = uri;

	if (uri == NULL)
		return NULL;
	to += sprintf(to, "file:");
	for (; *path; path++)
		to += sprintf(to, strchr(plain, *path) ? "%c" : "%%%02X", (unsigned char)*path);
	sprintf(to, "?%s", how);
	return uri;
}

static int check_wal(struct store *s, struct error *err)
{
	AUTO(freep) char *wal = beside(s, "-wal");

	if (wal == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	return store_check_wal(s, wal, err);
}

static int connect(struct store *s, enum store_mode mode, struct error *err)
{
	AUTO(freep) char *uri = s->unlocked ? store_uri(s->path, UNLOCKED) : NULL;
	int flags = SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOMUTEX |
		    (mode == STORE_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
	int rc;

	if (s->unlocked && uri == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	sqlite3_close(s->db);
	rc = sqlite3_open_v2(uri ? uri : s->path, &s->db, flags | (uri ? SQLITE_OPEN_URI : 0), NULL);
	if (s->db == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (rc != SQLITE_OK)
		return store_error(s, err);
	sqlite3_busy_handler(s->db, store_keep_waiting, s);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* A trail has none of its own. One that comes from elsewhere may. */
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
	if (mode != STORE_READ && sqlite3_db_readonly(s->db, "main") == 1)
		return error_set(err, ERR_TRAIL, "trail '%s' is read-only: run as its owner, or name "
				 "another with -d", s->path);
	return store_exec(s, sql_text[mode == STORE_READ ? sql_read_only : sql_settings], err);
}

/* The trail's *version, 0 for an empty file. ERR_TRAIL for what is no trail, or a newer one. */
static int identify(struct store *s, int64_t *version, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t application, tables;
	int rc;

	if ((rc = query_open(&q, s, sql_identity, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	application = query_int(q, 0);
	*version = query_int(q, 1);
	tables = query_int(q, 2);
	if (application != APPLICATION_ID && (application != 0 || *version != 0 || tables != 0))
		return error_set(err, ERR_TRAIL, "'%s' is a database of another program, no modtrail "
				 "trail: name another file with -d", s->path);
	if (*version > NEWEST || *version < 0)
		return error_set(err, ERR_TRAIL, "trail '%s' was written by a newer modtrail (schema %lld, "
				 "this one knows up to %lld): use that modtrail", s->path,
				 (long long)*version, (long long)NEWEST);
	return 0;
}

/* Does the trail lack words? A new word is no step: it is filled in where a program needs it. */
static int lacks_words(struct store *s, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_words_missing, err)) < 0 || (rc = query_step(q, err)) < 0)
		return rc;
	return (int)query_int(q, 0);
}

/* From any version to the newest. Views come last: they are of the tables as they are then. */
int store_upgrade(struct store *s, struct error *err)
{
	int64_t version, from;
	int rc;

	/* Somebody else may have been faster since we looked. */
	if ((rc = identify(s, &from, err)) < 0)
		return rc;
	if (from == NEWEST)
		return store_exec(s, sql_text[sql_words], err);
	for (version = from; version < NEWEST; version++)
		if ((rc = store_exec(s, sql_migrations[version], err)) < 0)
			return rc;
	if ((rc = store_exec(s, sql_text[sql_words], err)) < 0)
		return rc;
	for (size_t i = 0; i < ARRAY_SIZE(sql_views); i++)
		if ((rc = store_exec(s, sql_views[i], err)) < 0)
			return rc;
	return from < WITH_MARKERS ? store_mark_all(s, err) : 0;
}

static int migrate(struct store *s, int64_t version, struct error *err)
{
	int rc;

	if (version == 0 && (rc = store_exec(s, sql_text[sql_create], err)) < 0)
		return rc;
	if (version == NEWEST && (rc = lacks_words(s, err)) <= 0)
		return rc;
	if ((rc = store_exec(s, sql_text[sql_upgrade_begin], err)) < 0 || (rc = store_begin(s, err)) < 0)
		return rc;
	if ((rc = store_upgrade(s, err)) < 0) {
		store_rollback(s);
		return rc;
	}
	if ((rc = store_commit(s, err)) < 0)
		return rc;
	return store_exec(s, sql_text[sql_settings], err);
}

static int check_version(struct store *s, int64_t version, struct error *err)
{
	if (version == 0)
		return error_set(err, ERR_TRAIL, "'%s' is empty: fill it with 'modtrail ingest', or name "
				 "another trail with -d", s->path);
	if (version < NEWEST)
		return error_set(err, ERR_TRAIL, "trail '%s' was written by an older modtrail (schema "
				 "%lld, this one reads %lld): 'modtrail ingest' as its owner brings it up to "
				 "date", s->path, (long long)version, (long long)NEWEST);
	return 0;
}

/* Did the last call fail because the -shm could not be made? */
static bool lacks_shm(const struct store *s)
{
	int code = sqlite3_errcode(s->db) & 0xff;

	return code == SQLITE_CANTOPEN || code == SQLITE_READONLY;
}

/*
 * A reader of a WAL trail needs its -shm, and makes it if there is none. Where
 * it cannot, the file alone may be read, if a writer left nothing beside it.
 */
static int identify_unlocked(struct store *s, int64_t *version, struct error *err)
{
	AUTO(freep) char *wal = beside(s, "-wal");
	struct stat st;
	int rc;

	if (wal == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	if (stat(wal, &st) == 0 && st.st_size > 0)
		return error_set(err, ERR_TRAIL, "the last writer of trail '%s' left rows in its -wal "
				 "file, and its folder cannot be written: open it once as its owner, or copy "
				 "both files to where you may write", s->path);
	s->unlocked = true;
	if ((rc = connect(s, STORE_READ, err)) < 0)
		return rc;
	return identify(s, version, err);
}

int store_open(struct store **out, const char *path, enum store_mode mode, struct error *err)
{
	AUTO(store_closep) struct store *s = calloc(1, sizeof(*s));
	int64_t version = 0;
	int rc;

	if (s == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	s->others_ms = INT64_MAX;
	/* Counting its memory costs SQLite a lock for each allocation. Refused once it is in use. */
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	if ((rc = resolve(s, path, mode, err)) < 0 || (rc = check_file(s, mode, err)) < 0 ||
	    (rc = check_beside(s, mode, err)) < 0 || (rc = check_wal(s, err)) < 0)
		return rc;
	rc = connect(s, mode, err);
	if (rc == 0)
		rc = identify(s, &version, err);
	if (rc < 0 && mode == STORE_READ && lacks_shm(s))
		rc = identify_unlocked(s, &version, err);
	if (rc < 0)
		return rc;
	rc = mode == STORE_READ ? check_version(s, version, err) : migrate(s, version, err);
	if (rc < 0)
		return rc;
	*out = s;
	s = NULL;	/* the caller's now */
	return 0;
}
