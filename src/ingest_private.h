/*
 * The inside of an ingest, shared by its parts:
 *
 *   ingest.c          the way of the data, and its batches
 *   ingest_account.c  where we are in the files, and what could not be read
 */
#ifndef MODTRAIL_INGEST_PRIVATE_H
#define MODTRAIL_INGEST_PRIVATE_H

#include "decode.h"
#include "ingest.h"
#include "login.h"
#include "records.h"
#include "relay.h"
#include "sieve.h"
#include "source.h"
#include "window.h"

#include <time.h>

/* Where a stretch of the stream lies in its file. */
struct stretch {
	uint64_t at;
	const struct source_file *file;
	uint64_t offset;
};
/* More files than the window can hold lines of: older stretches are done with. */
#define STRETCHES 64

/* A loss that is not in the trail yet. */
struct noted_loss {
	enum loss_kind kind;
	uint64_t head, count;
	int64_t time_ms, until_ms;	/* until_ms NUM_NONE: not known */
	const char *what;
	char place[512];
};

/* What was kept since the last commit. */
struct kept {
	uint64_t new, merged, refused, records_dropped;
};

struct ingest {
	struct ingest_options options;
	struct ingest_counts counts;
	struct window window;

	/*
	 * Not following, pieces are kept in the relay's thread. Until ingest_settle() has
	 * waited for it, what follows up to in_transaction is the thread's, and the store, too.
	 */
	struct relay *relay;	/* NULL: pieces are kept where they are found */
	struct decoder *decoder;
	struct records fresh, stored;
	struct login_cache logins;
	struct kept kept;
	bool in_transaction;

	/* the source at hand */
	struct source *source;
	struct sieve *sieve;
	struct serials *serials;
	const char *path, *host;
	bool local;
	struct stretch stretches[STRETCHES];
	size_t stretch_count;
	uint64_t end;			/* stream offset behind the last chunk */
	const struct source_file *file;	/* of the last chunk */
	uint64_t seen;			/* bytes of it that an earlier run has read */
	uint64_t lines, faults;		/* of this source */
	struct source_counts accounted;	/* what is in counts already */
	struct noted_loss *losses;
	size_t loss_count;

	/* the batch at hand */
	uint64_t batch_bytes, batch_pieces, batch_kept;
	int64_t batch_begun_ms, progress_ms;
};

static inline int64_t clock_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Waits until every piece that was found is kept. Returns what keeping them returned. */
must_check int ingest_settle(struct ingest *in, struct error *err);

/* Opens the batch's transaction if it is not open yet. Settled, as all that uses the store. */
must_check int ingest_begin(struct ingest *in, struct error *err);

/* Notes where the chunk lies. */
void ingest_note_stretch(struct ingest *in, const struct chunk *chunk);

/*
 * Counts what the sieve and the source could not use since the last time.
 * recorded: the trail knows it already, from an earlier run over these bytes.
 */
must_check int ingest_account(struct ingest *in, bool recorded, struct error *err);

/* Puts the serials that were seen into the transaction, which is opened if there are some. */
must_check int ingest_put_serials(struct ingest *in, struct error *err);

/* Puts the losses that were counted, and how far each file was read, into the transaction. */
must_check int ingest_put_losses(struct ingest *in, struct error *err);
must_check int ingest_put_positions(struct ingest *in, struct error *err);

#endif
