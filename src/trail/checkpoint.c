#include "trail/private.h"

#include "base/queue.h"

/*
 * In pages of the WAL. The thread is asked for a checkpoint each time the WAL has
 * grown by PAGES_EACH. Pages that the writer adds during a checkpoint stay for the
 * next one, so that the WAL would grow as long as there is something to write:
 * at PAGES_MAX the writer copies the rest itself, and the WAL begins anew.
 */
#define PAGES_EACH 500
#define PAGES_MAX 3000

struct checkpointer {
	sqlite3 *db;		/* the thread's own */
	struct queue *asked;	/* an item for each checkpoint that the thread is to do */
	int asked_at;		/* pages of the WAL when the last one was asked for */
};

/* Pages that cannot be copied, because others read or the disk is full, stay in the WAL. */
static void checkpoint(sqlite3 *db)
{
	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static int do_one(void *arg, int kind, void *item, size_t size, bool last, struct error *err)
{
	const struct checkpointer *c = arg;

	(void)kind;
	(void)item;
	(void)size;
	(void)last;
	(void)err;
	checkpoint(c->db);
	return 0;
}

static void end(struct checkpointer *c)
{
	queue_free(c->asked);
	sqlite3_close(c->db);
	free(c);
}

/* NULL if there can be no thread; then the writer makes the checkpoints itself. */
static struct checkpointer *start(struct store *s)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;
	struct checkpointer *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	/* The name may be another file's by now, which this WAL is not of. */
	if (sqlite3_open_v2(s->path, &c->db, flags, NULL) == SQLITE_OK &&
	    store_check_in_place(s, NULL) == 0 &&
	    sqlite3_exec(c->db, sql_text[sql_wal_open], NULL, NULL, NULL) == SQLITE_OK &&
	    (c->asked = queue_new(do_one, c, true, PAGES_MAX / PAGES_EACH + 2)) != NULL)
		return c;
	end(c);
	return NULL;
}

/* Without memory for the request the WAL grows on, to PAGES_MAX at most. */
static void ask_for_one(struct checkpointer *c, int pages)
{
	struct error unused;

	if (queue_reserve(c->asked, 0, 0, &unused) == NULL || queue_flush(c->asked, &unused) < 0)
		return;
	c->asked_at = pages;
}

static void wait_until_done(struct checkpointer *c)
{
	struct error unused;
	int rc = queue_drain(c->asked, &unused);

	(void)rc;	/* do_one() does not fail */
}

static int committed(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;
	struct checkpointer *c = s->checkpointer;

	(void)name;
	if (pages < PAGES_EACH) {
		if (c != NULL)
			c->asked_at = 0;	/* it began anew */
		return SQLITE_OK;
	}
	if (c == NULL && (c = s->checkpointer = start(s)) == NULL) {
		checkpoint(db);
	} else if (pages >= PAGES_MAX) {
		wait_until_done(c);
		checkpoint(db);
	} else if (pages - c->asked_at >= PAGES_EACH) {
		ask_for_one(c, pages);
	}
	return SQLITE_OK;
}

void store_checkpoint_in_thread(struct store *s)
{
	sqlite3_wal_hook(s->db, committed, s);
}

void store_checkpoint_end(struct store *s)
{
	if (s->checkpointer != NULL)
		end(s->checkpointer);
}
