/*
 * The inside of an ingest, shared by its parts:
 *
 *   ingest/ingest.c   the loop of the reader, and its batches
 *   ingest/put.c      the decoder, and what the reader puts into the queues
 *   ingest/account.c  how far each file was read, and what could not be read
 *   ingest/keep.c     the keeper: from the queue to the store
 *   ingest/part.c     the keeper, where several events have one id
 */
#ifndef MODTRAIL_INGEST_PRIVATE_H
#define MODTRAIL_INGEST_PRIVATE_H

#include "base/clock.h"
#include "base/queue.h"
#include "ingest/ingest.h"
#include "ingest/login.h"
#include "parse/decode.h"
#include "parse/records.h"
#include "parse/sieve.h"
#include "read/source.h"
#include "read/window.h"

#include <pthread.h>

/* Where an extent of the stream lies in its file. */
struct extent {
	uint64_t at;
	const struct source_file *file;
	uint64_t offset;
};
/* More files than the window can hold lines of, so that older extents are not needed. */
#define EXTENTS_MAX 64

/* A loss that is not in the trail yet. */
struct noted_loss {
	enum loss_kind kind;
	uint64_t head, count;
	int64_t time_ms, until_ms;	/* until_ms NUM_NONE: not known */
	const char *what;
	char place[512];
};

/* The runs of serials of one host; the name of its node follows them. */
struct serials_seen {
	size_t count, node_len;
	struct serial_run run[];
};

/* What became of the events that the keeper took. */
struct kept_counts {
	uint64_t new, merged, pruned, refused, records_dropped;
	uint64_t left_out;	/* events beyond TWINS_MAX of one id */
};

/*
 * What goes into the trail, in order. Three threads work on a source:
 *
 *   reader   finds fragments of events, and puts them into the queue `fragments`
 *   decoder  turns each into an event, and puts that into the queue `items`
 *   keeper   stores the items, and commits
 *
 * The reader puts all items but events itself, after it has waited until the decoder
 * is through with its fragments: so a commit stands behind the events of its batch,
 * and the two never put at the same time. A follower meets one event now and then,
 * which other threads would only delay: there the reader does all three works.
 */
enum item {
	ITEM_EVENT,	/* as event_pack() leaves it, of kind EVENT_NONE, too */
	ITEM_LINES,	/* of one id, but not of one event (parse/twins.h): as the fragment has them */
	ITEM_SERIALS,	/* struct serials_seen */
	ITEM_LOSS,	/* struct noted_loss */
	ITEM_POSITION,	/* struct store_source; its strings live as long as the source */
	ITEM_COMMIT,	/* empty */
};

struct ingest {
	struct ingest_options options;
	struct ingest_counts counts;
	struct window window;
	struct queue *fragments;	/* to the decoder: lines, each ended by '\n' */
	struct queue *items;		/* to the keeper */

	/*
	 * The decoder decodes what was found, the keeper what it merged, and both count events.
	 * The lock is for what follows, and for the counts of events.
	 */
	pthread_mutex_t lock;
	struct decoder *decoder;	/* and the event that it gave */
	struct login_cache logins;

	struct records fresh;		/* the decoder's: the records of its event */

	/* The keeper's until ingest_settle() has waited for it, as is the store. */
	struct records stored;
	struct kept_counts kept;	/* since the last commit */
	bool in_transaction;

	/* The reader's, as are options, counts and window. */
	/* the source at hand */
	struct source *source;
	struct sieve *sieve;
	struct serials *serials;
	const char *path, *host;
	bool local;
	struct extent extents[EXTENTS_MAX];
	size_t extent_count;
	uint64_t end;			/* stream offset behind the last chunk */
	const struct source_file *file;	/* of the last chunk */
	uint64_t seen;			/* bytes of that file that an earlier run has read */
	uint64_t lines, faults;		/* of this source */
	bool known;			/* the trail has positions in its files */
	bool started;			/* follow: all was read that was there at the start */
	unsigned unread;		/* files of it that could not be read */
	struct error first_unread, told;	/* why; what was last told */
	struct source_counts accounted;	/* the part that is in counts already */
	struct noted_loss *losses;
	size_t loss_count;

	/* the batch at hand */
	uint64_t batch_bytes, batch_fragments, batch_kept;
	int64_t batch_begun_ms, progress_ms;
};

/*
 * Decodes a set of records for the source at hand. An event that libauparse
 * refuses is counted in *refused, and *ev is of kind EVENT_NONE. in->lock is held
 * by the caller as long as it uses the event.
 */
must_check int ingest_decode(struct ingest *in, struct records *set, uint64_t *refused,
			     struct event *ev, struct error *err);

/* The queue_take_fn of fragments and of items; arg is the ingest. */
int ingest_decode_fragment(void *arg, int kind, void *lines, size_t size, bool last,
			   struct error *err);
int ingest_keep_item(void *arg, int kind, void *item, size_t size, bool last, struct error *err);

/*
 * Puts records of this id into the trail, where they, or they and those that are there,
 * are not of one event. text: in the order of the log. For the keeper.
 */
must_check int ingest_part(struct ingest *in, const struct event *id, struct bytes text,
			   struct error *err);

/* A sieve_emit_fn; arg is the ingest. */
int ingest_put_fragment(void *arg, const struct fragment *fragment, struct error *err);
/* A serials_put_fn; arg is the ingest. */
int ingest_put_runs(void *arg, struct bytes node, const struct serial_run *runs, size_t count,
		    struct error *err);
/* Puts a copy of an item of the reader's into the queue of the keeper. */
must_check int ingest_put(struct ingest *in, enum item kind, const void *item, size_t size,
			  struct error *err);
/* Ends a batch. */
must_check int ingest_put_commit(struct ingest *in, struct error *err);

/* Waits until the keeper has taken all items. Returns its result. */
must_check int ingest_settle(struct ingest *in, struct error *err);

/* Begins the batch's transaction if there is none. For the keeper, or after ingest_settle(). */
must_check int ingest_begin(struct ingest *in, struct error *err);

/* Notes where the chunk lies in its file. */
void ingest_note_extent(struct ingest *in, const struct chunk *chunk);

/*
 * Counts the faults that the sieve and the source met since the last call. recorded:
 * an earlier run over these bytes has put them into the trail already.
 */
must_check int ingest_account(struct ingest *in, bool recorded, struct error *err);

/* Counts and tells a file that could not be read, which is what the source says last. */
must_check int ingest_note_unread(struct ingest *in, const struct error *why, struct error *err);

/* Tells of a log that does not exist yet, for which a follower waits. */
void ingest_tell_awaited(struct ingest *in);

/* A file that could not be read may be so now: there is no such loss any more. */
must_check int ingest_forget_unread(struct ingest *in, const char *path, struct error *err);

/* Puts the losses that were counted, and how far each file was read, into the batch. */
must_check int ingest_put_losses(struct ingest *in, struct error *err);
must_check int ingest_put_positions(struct ingest *in, struct error *err);

#endif
