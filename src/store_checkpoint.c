#include "store_private.h"

#include "sql.h"
#include "thread.h"

/*
 * In pages of the WAL. A checkpoint begins each time this much was added. What
 * the writer adds while one goes on stays for the next, so the WAL would grow as
 * long as there is something to write: when it has reached the second figure
 * the writer copies the last of it itself, and writes on from its beginning.
 */
#define PAGES_EACH 500
#define PAGES_MAX 2000

struct checkpointer {
	sqlite3 *db;		/* the thread's own */
	int begun_at;		/* pages of the WAL when the last one was asked for; the writer's own */

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool wanted, over;
};

/* What could not be copied, as others read, or the disk is full, stays in the WAL. */
static void checkpoint(sqlite3 *db)
{
	sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

static void *work(void *arg)
{
	struct checkpointer *c = arg;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		while (!c->wanted && !c->over)
			pthread_cond_wait(&c->changed, &c->lock);
		if (!c->wanted)
			break;
		pthread_mutex_unlock(&c->lock);
		checkpoint(c->db);
		pthread_mutex_lock(&c->lock);
		c->wanted = false;
		pthread_cond_broadcast(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static bool open_own(struct checkpointer *c, const char *path)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX;

	return sqlite3_open_v2(path, &c->db, flags, NULL) == SQLITE_OK &&
	       sqlite3_exec(c->db, sql_wal_open, NULL, NULL, NULL) == SQLITE_OK;
}

/* NULL where that is not possible; then the writer does it all by itself. */
static struct checkpointer *start(const char *path)
{
	struct checkpointer *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
	if (open_own(c, path) && thread_start(&c->thread, work, c) == 0)
		return c;
	sqlite3_close(c->db);
	free(c);
	return NULL;
}

static void wait_until_done(struct checkpointer *c)
{
	pthread_mutex_lock(&c->lock);
	while (c->wanted)
		pthread_cond_wait(&c->changed, &c->lock);
	pthread_mutex_unlock(&c->lock);
}

/* Nothing if the one before still goes on. */
static void ask_for_one(struct checkpointer *c, int pages)
{
	pthread_mutex_lock(&c->lock);
	if (!c->wanted) {
		c->wanted = true;
		c->begun_at = pages;
		pthread_cond_broadcast(&c->changed);
	}
	pthread_mutex_unlock(&c->lock);
}

static int committed(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct store *s = arg;
	struct checkpointer *c = s->checkpointer;

	(void)name;
	if (pages < PAGES_EACH) {
		if (c != NULL)
			c->begun_at = 0;	/* it began anew */
		return SQLITE_OK;
	}
	if (c == NULL && (c = s->checkpointer = start(s->path)) == NULL) {
		checkpoint(db);
	} else if (pages >= PAGES_MAX) {
		wait_until_done(c);
		checkpoint(db);
	} else if (pages - c->begun_at >= PAGES_EACH) {
		ask_for_one(c, pages);
	}
	return SQLITE_OK;
}

void store_checkpoint_aside(struct store *s)
{
	sqlite3_wal_hook(s->db, committed, s);
}

void store_checkpoint_end(struct store *s)
{
	struct checkpointer *c = s->checkpointer;

	if (c == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	c->over = true;
	pthread_cond_broadcast(&c->changed);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
	sqlite3_close(c->db);
	free(c);
}
