/*
 * The trail: an SQLite database. The only includer of sqlite3.h.
 *
 * A trail is a function of the set of events that were read, not of the order
 * or the number of times they were read: an event is known by (host, time_ms,
 * serial, daemon) and, where that is not enough, by its content (parse/twins.h), pieces
 * are merged, and what is derived (which call belongs
 * to which tool run) is computed anew for each process whose events changed,
 * in the transaction that changed them. Rows and the source positions they
 * came from are committed together.
 *
 * Several processes may write one trail: a writer waits for its turn, and
 * readers see whole transactions (WAL). All SQL is in sql/.
 */
#ifndef MODTRAIL_TRAIL_STORE_H
#define MODTRAIL_TRAIL_STORE_H

#include "base/error.h"
#include "model/checkpoint.h"
#include "model/event.h"
#include "parse/serials.h"
#include "sql.h"

#include <stdbool.h>

struct store;

enum store_mode {
	STORE_READ,	/* must exist; nothing is written, not even a migration */
	STORE_CHANGE,	/* must exist; migrated if need be */
	STORE_WRITE,	/* created (0640, its folder 0750; by root for the folder's owner and group)
			   or migrated if need be */
};

/*
 * Opens the trail at path. ERR_TRAIL, with a text that says what to do, for a
 * trail that is missing (but for STORE_WRITE), newer than this build, older (STORE_READ),
 * corrupt, no modtrail trail, a symlink, beside the WAL of another, or not accessible.
 */
must_check int store_open(struct store **out, const char *path, enum store_mode mode,
			  struct error *err);
void store_close(struct store *s);

/*
 * A trail to compare with: empty, seen by nobody else, in a file without a name that
 * goes with it. Beside it, as the schema "stored", is the trail at path, which is only
 * read. A transaction sees that as it was at one moment, and is never committed. As
 * store_open() with STORE_READ.
 */
must_check int store_open_scratch(struct store **out, const char *path, struct error *err);
/*
 * Is what SQLite's integrity_check said of it an error of its reading? Then ERR_NOMEM or ERR_TRAIL;
 * 0: it is damaged.
 */
must_check int store_damage(const struct store *s, struct bytes said, struct error *err);

/*
 * From now on a thread makes the checkpoints: it copies committed pages from the
 * WAL into the trail's file, so that a writer with much to write need not wait for
 * the disk. The WAL may grow to 30 MiB, and beyond while others read.
 */
void store_checkpoint_in_thread(struct store *s);

/*
 * A write transaction. begin waits for other writers, STORE_WAIT_MAX_MS at
 * most and unless a signal asks to stop (store_interrupt); a query that is at a
 * row then begins anew with its next step. commit first joins what
 * changed (parse/correlate.h). After a failed write the transaction can only be
 * rolled back, and commit does that: nothing of it is in the trail. So it is
 * when the trail's file was removed or another has taken its name; who writes
 * seldom asks for that in between.
 */
must_check int store_begin(struct store *s, struct error *err);
must_check int store_commit(struct store *s, struct error *err);
void store_rollback(struct store *s);
must_check int store_check_in_place(struct store *s, struct error *err);

/* Was it opened with STORE_READ? */
bool store_only_reads(const struct store *s);

/* Joins what changed, as store_commit() does, in a transaction that goes on. */
must_check int store_settle(struct store *s, struct error *err);

/* Runs statements that return no rows, of sql_text, outside of a transaction or to begin one. */
must_check int store_exec(struct store *s, const char *sql, struct error *err);

/*
 * Nothing waits longer than STORE_WAIT_MAX_MS for another process: ERR_TRAIL,
 * which says how to find that one.
 *
 * For this process: tell is called once for each wait that
 * lasts longer than STORE_PATIENCE_MS, with the trail's path. NULL: nobody is.
 */
#define STORE_PATIENCE_MS 2000
#define STORE_WAIT_MAX_MS 600000
void store_tell_of_waits(void (*tell)(const char *path));

/*
 * Async-signal-safe: makes a waiting store_begin() return ERR_INTERRUPTED, this
 * one and every later one. One that need not wait still begins, so that what
 * was read can be committed before the program ends.
 */
void store_interrupt(struct store *s);

/*
 * Adds an event (kind not EVENT_NONE) within a transaction. Returns 1 if it is
 * new, and 0 if it was not added: because the trail has one of its identity,
 * which stays as it is (see store_twins() and store_replace()), or because it
 * was pruned.
 */
must_check int store_add(struct store *s, const struct event *ev, struct error *err);
/* The same with an id of the caller's, above those of all events that were added before. */
must_check int store_add_as(struct store *s, int64_t id, const struct event *ev,
			    struct error *err);

/*
 * The stored events with ev's id, by their twin, of which the first is 0: how many,
 * with *twins valid until the next call.
 */
struct store_twin {
	unsigned twin;
	struct bytes raw, loose;	/* as in struct event */
	bool interrupted;
};
must_check int store_twins(struct store *s, const struct event *ev, const struct store_twin **twins,
			   struct error *err);

/* Puts ev in the place of the stored event of its id and twin. Within a transaction. */
must_check int store_replace(struct store *s, const struct event *ev, struct error *err);

/* Removes the event of this id and twin; the one that has twin `last` then takes that number. */
must_check int store_remove(struct store *s, const struct event *ev, unsigned last,
			    struct error *err);

/*
 * What was read of one file, for status and for resuming. Within a
 * transaction. Identity: (host, checkpoint.head); the last one put counts.
 * Offset 0: nowhere to resume (a compressed file), never looked up.
 */
struct store_source {
	const char *host, *path;
	struct checkpoint checkpoint;	/* where to begin anew */
	int64_t size;			/* bytes read: at least checkpoint.offset */
	int64_t updated_ms;
};
must_check int store_put_source(struct store *s, const struct store_source *source,
				struct error *err);

/* How many bytes of the file were read, as last put: 0 if it is not known. Negative: an error. */
must_check int64_t store_source_size(struct store *s, const char *host, uint64_t head,
				     struct error *err);

/* source_lookup_fn: arg is the struct store. */
int store_lookup(void *arg, const char *host, uint64_t head, struct checkpoint *out, size_t max,
		 struct error *err);

/*
 * Known losses, counted by (host, head, kind, what). Adding to one that is
 * known keeps its place and time, those of the first, and has the latest end. A reader that begins a
 * file anew says so first, and what it counts then takes the place of what was
 * counted in that file before: reading twice changes nothing.
 */
enum loss_kind {
#define LOSS(id, word) LOSS_##id,
#include "model/words.def"
};

struct store_loss {
	const char *host;
	uint64_t head;		/* of the file it is about; 0: of none */
	enum loss_kind kind;
	const char *what;	/* "not an audit record", "line too long" ... */
	const char *place;	/* "/var/log/audit/audit.log:1234", the first of them */
	int64_t time_ms;	/* when it was noticed, or when it happened if that is known */
	int64_t until_ms;	/* when it was over; NUM_NONE: not known */
	int64_t count;
};
must_check int store_add_loss(struct store *s, const struct store_loss *loss, struct error *err);
must_check int store_forget_losses(struct store *s, const char *host, uint64_t head,
				   struct error *err);

/*
 * The horizon: before this time events may have been pruned. Within a
 * transaction. It never goes back.
 */
must_check int store_set_horizon(struct store *s, int64_t before_ms, struct error *err);

/*
 * Removes the event of this id, which is before the horizon, for good: it is not added
 * again, whatever log it comes from. Within a transaction.
 */
must_check int store_prune_event(struct store *s, int64_t id, struct error *err);

/*
 * Gives the room that is free in the trail back to the file system. Outside of
 * a transaction. The trail is written anew: other writers wait meanwhile, and
 * its disk needs room for the new copy twice. Nothing is lost by a failure.
 * *shrunk: whether the file is smaller now. It is not as long as others read an
 * older state of the trail, and will be when somebody writes after that.
 */
must_check int store_vacuum(struct store *s, bool *shrunk, struct error *err);

/*
 * Runs of serials that were seen on a host, within a transaction. They are
 * joined with those that are there; gaps between them are rows of the view
 * loss. Putting what is there already changes nothing.
 *
 * A host keeps about a thousand runs. Beyond them the oldest of each boot become
 * one, which says how many serials are missing in it: events that are read
 * later do not fill its gaps. Of a thousand boots the oldest are forgotten.
 */
must_check int store_put_serials(struct store *s, struct bytes host,
				 const struct serial_run *runs, size_t count, struct error *err);

/*
 * Reading, and, within a transaction, writing what was derived: a failed write
 * is to be followed by store_rollback().
 *
 * query_open() gives a statement of sql/statement, ready to be bound: what is
 * not bound is NULL. The store prepares each once and keeps it, so that each has
 * one use at a time: to open it again is to begin anew. query_close() ends the
 * use, and a query that is still at a row lets go of it; close it before
 * store_begin() and store_commit(). Rows borrow from the query until the next step.
 */
struct query;
must_check int query_open(struct query **out, struct store *s, enum statement id,
			  struct error *err);
/* The same for one statement as text, which the caller alone has. */
must_check int query_open_text(struct query **out, struct store *s, const char *sql,
			       struct error *err);
void query_close(struct query *q);
/* The text is borrowed until query_close(). A name that the SQL does not have is a bug. */
void query_bind_text(struct query *q, const char *name, const char *value);
void query_bind_int(struct query *q, const char *name, int64_t value);
/* The value of a column of the row that another query is at, as it is. */
void query_bind_column(struct query *q, const char *name, const struct query *from, int column);
/* For its next use: as after query_open(), nothing bound. */
void query_again(struct query *q);
/* 1: a row, 0: no more, or ERR_TRAIL. */
must_check int query_step(struct query *q, struct error *err);
int query_columns(const struct query *q);
const char *query_name(const struct query *q, int column);
/* The place of a column that our own SQL has. */
int query_column(const struct query *q, const char *name);
bool query_is_null(const struct query *q, int column);
bool query_is_number(const struct query *q, int column);
int64_t query_int(const struct query *q, int column);
/*
 * data is NULL for NULL; numbers come as text. Blobs and texts as they are. With
 * no memory for it, it is empty, and the next step is the error.
 */
struct bytes query_text(const struct query *q, int column);

/*
 * Runs a user's own SQL (sql -e): one statement that only reads. ERR_USAGE for
 * a second statement or for one that would write, with the reason.
 */
must_check int query_open_user(struct query **out, struct store *s, const char *sql,
			       struct error *err);

/* For AUTO. */
static inline void store_closep(struct store **s)
{
	store_close(*s);
}

static inline void query_closep(struct query **q)
{
	query_close(*q);
}

#endif
