/*
 * What the files of the store share. Only they include this, and sqlite3.h.
 *
 * trail/open.c         paths, opening, migrations
 * trail/create.c       a trail that nobody has made yet
 * trail/wal.c          is what lies beside a trail its own?
 * trail/scratch.c      a trail to compare with
 * trail/store.c        transactions, errors
 * trail/wait.c         waiting for other processes
 * trail/checkpoint.c   from the WAL into the file, beside the writing
 * trail/event.c        events and their records
 * trail/link.c         what correlate makes of them
 * trail/recent.c       of which processes it may have recent steps
 * trail/position.c     positions in files, losses
 * trail/horizon.c      from when on events are taken
 * trail/serial_runs.c  which serials were seen, and the gaps between them
 * trail/marker.c       markers, and which hosts have something new to judge
 * trail/query.c        the prepared statements
 * trail/user_query.c   a statement of the user's
 */
#ifndef MODTRAIL_TRAIL_PRIVATE_H
#define MODTRAIL_TRAIL_PRIVATE_H

#include "base/array.h"
#include "parse/correlate.h"
#include "trail/store.h"

#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>

/* A statement that the store has prepared; own: the query's, which ends with it. */
struct query {
	struct store *store;
	sqlite3_stmt *q;
	bool own;
	bool open;	/* it may be at a row, and have values bound */
};

/* Reused, so that it grows to what the largest event needs and then stays. */
struct buffer {
	char *data;
	size_t len, cap;
};

/*
 * An event of this process came or changed, so that its steps must be joined
 * anew. pid NUM_NONE: auditd started. added: the place, counted from 1, of the
 * step in store.added, if this transaction has added the event; 0: the step is
 * to be read from the trail.
 */
struct change {
	int64_t host_id, pid, time_ms, serial;
	size_t added;
};

#define PROCESSES_RECENT 65536u

struct checkpointer;
struct linked;
struct added_step;
struct host_news;

struct store {
	sqlite3 *db;
	char *path;		/* as opened: its folder resolved, absolute */
	bool unlocked;		/* read without locks, because its folder cannot be written */
	struct stat opened;	/* unlocked: the file as it was then */
	volatile sig_atomic_t interrupted;
	int64_t wait_ms;	/* when the wait at hand began */
	bool wait_told;		/* that it lasts */
	bool in_exec;		/* of store_exec() all tries are one wait */
	int changes_before;	/* rows that this connection had changed before this transaction */
	bool failed;		/* a write of this transaction failed: it must not be committed */
	struct query query[STATEMENT_COUNT];	/* prepared when it is opened first */

	struct checkpointer *checkpointer;	/* NULL: none was needed yet */

	bool horizon_known;	/* within this transaction */
	int64_t horizon_ms;
	uint64_t horizon_seed;

	/* trail/recent.c */
	bool recent_known;	/* within this transaction */
	int64_t recent_version;	/* of the trail, when others_ms was looked up */
	int64_t others_ms;	/* nothing that is not in recent_s is newer; INT64_MAX: not known */
	uint32_t recent_s[PROCESSES_RECENT];	/* seconds since 1970: the newest of these processes */

	/* The host that was looked up last: most events are of the host of the event before. */
	int64_t host_id;	/* 0: none */
	struct buffer host_name;

	struct buffer raw;	/* what store_twins() gave out */
	struct store_twin *twins;
	size_t twin_cap;

	/* trail/marker.c: which hosts this transaction has changed */
	struct host_news *news;
	size_t news_count, news_cap;

	/* trail/link.c: what changed in this transaction, and room to join it in */
	struct change *changes;
	size_t change_count, change_cap;
	struct added_step *added;
	size_t added_count, added_cap;
	struct buffer added_text;
	struct step *step;
	struct linked *linked;
	size_t step_cap, linked_cap;
	struct buffer text;
	int64_t *start;
	size_t start_cap;
};

/*
 * Makes a trail of the newest version at path, absolute, or, where that cannot
 * be done at once, an empty file. Nothing if there is something at path. ERR_TRAIL.
 */
must_check int store_create(const char *path, struct error *err);

/* How a copy takes the place of a trail. */
#define STORE_RESTORE "to restore a copy, stop what uses the trail (systemctl stop modtrail), put the copy in " \
	"its place, remove its -wal and -shm files, and start again"

/*
 * ERR_TRAIL if wal, which SQLite would take over with the next read, is not of
 * this trail. To be called before the trail is opened: it closes the file again,
 * which drops all locks that this process holds on it.
 */
must_check int store_check_wal(struct store *s, const char *wal, struct error *err);

/* The path as a URI of SQLite's, with a parameter; the caller frees it. NULL: out of memory. */
char *store_uri(const char *path, const char *how);
#define UNLOCKED "immutable=1"	/* the file is read without locks */
#define READ_ONLY "mode=ro"

/* Brings an open database from any version, or none, to the newest. */
must_check int store_upgrade(struct store *s, struct error *err);

/* Fills err from what SQLite said last. Returns a negative enum err. */
int store_error(struct store *s, struct error *err);

/* The same, for a write within a transaction, which cannot be committed any more. */
int store_write_error(struct store *s, struct error *err);

/*
 * SQLite asks this whether to go on waiting for a lock, tries: from 0 on; arg is
 * the struct store. Each such wait begins anew, but for those of store_exec().
 */
int store_keep_waiting(void *arg, int tries);
void store_wait_anew(struct store *s);

/* Why the wait has ended: a signal, or its limit. */
int store_wait_error(struct store *s, struct error *err);

/* For tests, which have less time than STORE_WAIT_MAX_MS. */
void store_wait_at_most(int64_t ms);

/* Runs a query that returns no rows, within a transaction. */
must_check int query_run(struct query *q, struct error *err);

/* The same of a statement with one parameter, which is a number. */
must_check int query_run_with(struct store *s, enum statement which, const char *name, int64_t value,
			      struct error *err);

/* Valid UTF-8 without NUL becomes TEXT, anything else BLOB. Borrowed until query_close(). */
void query_bind_bytes(struct query *q, const char *name, struct bytes value);

/* The same by number (sql.h), for a statement that each event needs: a name takes longer to find. */
void bind_bytes_at(sqlite3_stmt *q, int at, struct bytes value);

/* Ends the thread of store_checkpoint_in_thread(), if there is one. */
void store_checkpoint_end(struct store *s);

/* Puts data at the end of b. ERR_NOMEM. */
must_check int buffer_add(struct buffer *b, const void *data, size_t len, struct error *err);

/* A number, or NUM_NONE for NULL. */
int64_t query_number(const struct query *q, int column);

/* The host's id; add: made if it is new, else 0 if it is unknown. Or a negative enum err. */
must_check int64_t store_host(struct store *s, struct bytes name, struct error *err);

/* What an event means for self-tests: its marker, and news. id: in the table event. */
must_check int store_verify_event(struct store *s, int64_t host_id, int64_t id,
				  const struct event *ev, bool replaced, struct error *err);

/* Something about the host changed at that time. always: also while no self-test ran. */
must_check int store_news(struct store *s, int64_t host_id, int64_t time_ms, bool always,
			  struct error *err);

/* Puts down which hosts have news since the transaction began, and forgets them. */
must_check int store_put_news(struct store *s, struct error *err);

/* What is older than *before_ms may have been pruned; INT64_MIN: nothing ever was. */
must_check int store_horizon(struct store *s, int64_t *before_ms, struct error *err);

/* 1: the event was in the trail, and was pruned. 0: it was not. */
must_check int store_was_pruned(struct store *s, int64_t host_id, const struct event *ev,
				struct error *err);

/* Ids of events from the one to the other, 0: the newest, may be missing from now on. */
must_check int store_add_gap(struct store *s, int64_t first_id, int64_t last_id, struct error *err);

/* Its records, its link and its marker go with it. */
must_check int store_remove_row(struct store *s, int64_t id, struct error *err);

/* The event id was added though its time is before the horizon: it stays as if it were new. */
must_check int store_add_late(struct store *s, int64_t id, struct error *err);

/* To be called before a transaction adds its first event; does nothing after that. ERR_TRAIL. */
must_check int store_recent_look(struct store *s, struct error *err);

/* False: the trail has no step of this process from that time on, but for this transaction's. */
bool store_recent_may_have(struct store *s, int64_t host_id, int64_t pid, int64_t from_ms);

/* This transaction has added such a step. At its end. */
void store_recent_add(struct store *s, int64_t host_id, int64_t pid, int64_t time_ms);

/*
 * A self-test of the host began under this key, which becomes the host's if it has none. 1: that
 * changed which of the host's markers count.
 */
must_check int store_first_key(struct store *s, int64_t host_id, const char *key, int64_t time_ms,
			       struct error *err);

/* For trails of before: fills the table marker from events. */
must_check int store_mark_all(struct store *s, struct error *err);

/* Remembers that store_link() must join the steps of this process anew. */
must_check int store_note_change(struct store *s, struct change change, struct error *err);

/* The same for the step of an event that was just added as id: it need not be read again. */
must_check int store_note_added(struct store *s, int64_t host_id, int64_t id,
				 const struct event *ev, struct error *err);

/* Forgets all changes. */
void store_forget_changes(struct store *s);

/* Joins the steps of every process that changed, and forgets the changes. */
must_check int store_link(struct store *s, struct error *err);

#endif
