#include "ingest/private.h"

#include "rules/auditd_conf.h"

#include <stdio.h>
#include <string.h>

/*
 * A batch ends after this many bytes of log, bytes of records for the trail,
 * fragments, or milliseconds, whichever comes first.
 */
#define BATCH_BYTES ((uint64_t)256 << 20)
#define BATCH_KEPT ((uint64_t)4 << 20)	/* they are in memory until the commit */
#define BATCH_FRAGMENTS 2000
#define BATCH_MS 1000
#define TRAIL_CHECK_MS 5000

/* The lengths of the queues. The keeper is slow while it joins and commits, and fast between. */
#define FRAGMENT_BATCHES 6
#define ITEM_BATCHES 6
#define PROGRESS_MS 100

_Static_assert(SOURCE_CHUNK_MAX <= SERIALS_FEED, "serials have room for a chunk");

/* Ends the batch: the keeper commits it after its last item. */
static int commit(struct ingest *in, struct error *err)
{
	int rc;

	if ((rc = ingest_account(in, false, err)) < 0)
		return rc;
	/* A source without any record so far may be no log, and leaves no trace. */
	if ((in->lines > in->faults || in->known || (in->options.follow && in->lines == 0)) &&
	    ((rc = ingest_put_losses(in, err)) < 0 ||
	     (rc = serials_put(in->serials, ingest_put_runs, in, err)) < 0 ||
	     (rc = ingest_put_positions(in, err)) < 0))
		return rc;
	in->batch_bytes = in->batch_fragments = in->batch_kept = 0;
	in->batch_begun_ms = clock_ms(CLOCK_MONOTONIC);
	return ingest_put_commit(in, err);
}

/*
 * Begins another file. The losses that an earlier run counted in it are kept if
 * reading resumes where that run ended, and are counted anew if it does not.
 */
static int enter_file(struct ingest *in, const struct source_file *file, struct error *err)
{
	int64_t size = 0;
	int rc;

	if ((in->file != NULL && (rc = commit(in, err)) < 0) || (rc = ingest_settle(in, err)) < 0)
		return rc;
	in->file = file;
	serials_elsewhere(in->serials);
	if ((rc = ingest_forget_unread(in, file->path, err)) < 0)
		return rc;
	if (file->start > 0)
		size = store_source_size(in->options.store, in->host, file->head, err);
	else if ((rc = store_forget_losses(in->options.store, in->host, file->head, err)) < 0)
		return rc;
	in->seen = (uint64_t)MAX(size, 0);
	return (int)MIN(size, 0);
}

static int feed(struct ingest *in, uint64_t at, size_t len, struct error *err)
{
	int rc = sieve_feed(in->sieve, &in->window, at, len, err);

	in->end = at + len;
	in->batch_bytes += len;
	if (rc < 0 || !serials_is_full(in->serials))
		return rc;
	return serials_put(in->serials, ingest_put_runs, in, err);
}

/*
 * Takes one chunk. Bytes that an earlier run has read (they are read again because
 * an event was incomplete there) are fed separately, so that their faults are not
 * counted as losses twice.
 */
static int take(struct ingest *in, const struct chunk *chunk, struct error *err)
{
	size_t again = 0;
	int rc;

	if (chunk->file != in->file && (rc = enter_file(in, chunk->file, err)) < 0)
		return rc;
	ingest_note_extent(in, chunk);
	if (in->seen > chunk->offset)
		again = (size_t)MIN(in->seen - chunk->offset, chunk->len);
	if (again > 0 && ((rc = feed(in, chunk->at, again, err)) < 0 ||
			  (rc = ingest_account(in, true, err)) < 0))
		return rc;
	if (again == chunk->len)
		return 0;
	return feed(in, chunk->at + again, chunk->len - again, err);
}

static bool batch_is_full(const struct ingest *in, int64_t now_ms)
{
	return in->batch_bytes >= BATCH_BYTES || in->batch_kept >= BATCH_KEPT ||
	       in->batch_fragments >= BATCH_FRAGMENTS || now_ms - in->batch_begun_ms >= BATCH_MS;
}

static void show_progress(struct ingest *in, int64_t now_ms)
{
	struct ingest_counts counts;

	if (in->options.progress == NULL || now_ms - in->progress_ms < PROGRESS_MS)
		return;
	in->progress_ms = now_ms;
	pthread_mutex_lock(&in->lock);
	counts = in->counts;
	pthread_mutex_unlock(&in->lock);
	counts.bytes += sieve_counts(in->sieve)->bytes;
	counts.lines += sieve_counts(in->sieve)->lines;
	in->options.progress(in->options.arg, &counts, source_remaining(in->source));
}

static bool stopped(const struct ingest *in)
{
	return in->options.stop != NULL && *in->options.stop != 0;
}

/*
 * Blocks SIGINT and SIGTERM outside of the source's own waiting, so that none
 * arrives unseen between the last look at stop and that wait.
 */
static void hold_signals(sigset_t *before)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, before);
}

/* Commits all events, complete or not; records that come later are merged. */
static int put_all(struct ingest *in, struct error *err)
{
	int rc = sieve_flush(in->sieve, &in->window, err);

	if (rc < 0 || (rc = commit(in, err)) < 0)
		return rc;
	return ingest_settle(in, err);
}

/*
 * Standard input may be silent for hours: commits before that, so that its events
 * are visible and other writers get their turn.
 */
static int put_before_silence(struct ingest *in, struct error *err)
{
	sigset_t before;
	bool silent;

	if (in->batch_bytes == 0)
		return 0;
	hold_signals(&before);
	silent = !stopped(in) && source_is_silent(in->source);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return silent ? put_all(in, err) : 0;
}

/* As source_next(), but 0 as well when a signal came. */
static int next_chunk(struct ingest *in, struct chunk *chunk, struct error *err)
{
	sigset_t before;
	int rc;

	hold_signals(&before);
	rc = stopped(in) ? 0 : source_next(in->source, &in->window, chunk, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc == ERR_INTERRUPTED ? 0 : rc;
}

/* source_wait(), but 0 as well when a signal came. */
static int wait_for_log(struct ingest *in, struct error *err)
{
	sigset_t before;
	int rc;

	hold_signals(&before);
	rc = stopped(in) ? 0 : source_wait(in->source, TRAIL_CHECK_MS, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc == ERR_INTERRUPTED ? 0 : rc;
}

/* Of a log that the trail knows there may be nothing new but a damaged line. */
static int judge_lines(const struct ingest *in, struct error *err)
{
	if (in->lines == 0 || in->faults < in->lines || in->known)
		return 0;
	return error_set(err, ERR_INPUT, "'%s' is no audit log: none of its lines is a record such as "
			 "'type=SYSCALL msg=audit(1795456283.072:9): ...'", in->path);
}

/* When a follower has read what was there at its start. */
static int judge_start(struct ingest *in, struct error *err)
{
	if (in->started)
		return 0;
	in->started = true;
	return judge_lines(in, err);
}

/* Waits for the followed log to grow. Meanwhile somebody may put another trail in the place of this one. */
static int rest(struct ingest *in, struct error *err)
{
	int rc = put_all(in, err);

	if (rc == 0)
		rc = judge_start(in, err);
	while (rc == 0 && (rc = store_check_in_place(in->options.store, err)) == 0 && !stopped(in))
		rc = wait_for_log(in, err);
	return MIN(rc, 0);
}

/* Reads the source to its end. Files that cannot be read are counted, and left out. */
static int read_all(struct ingest *in, struct error *err)
{
	struct error input_error;
	struct chunk chunk;
	int rc;

	while (!stopped(in)) {
		int64_t now_ms = clock_ms(CLOCK_MONOTONIC);

		if ((rc = put_before_silence(in, err)) < 0)
			return rc;
		rc = next_chunk(in, &chunk, &input_error);
		if (rc == ERR_INPUT) {
			if ((rc = ingest_note_unread(in, &input_error, err)) < 0)
				return rc;
			continue;
		}
		if (rc < 0) {
			*err = input_error;
			return rc;
		}
		if (rc == 1)
			rc = take(in, &chunk, err);
		else if (in->options.follow)
			rc = rest(in, err);
		else
			break;
		if (rc == 0 && batch_is_full(in, now_ms))
			rc = commit(in, err);
		if (rc < 0)
			return rc;
		show_progress(in, now_ms);
	}
	return put_all(in, err);
}

/* Returns the error for a source without any record. */
static int judge_empty(const struct ingest *in, struct error *err)
{
	const struct source_counts *source = source_counts(in->source);
	int rc;

	if (in->options.follow || stopped(in))
		return 0;
	if ((rc = judge_lines(in, err)) < 0)
		return rc;
	if (source->empty == source->files)
		return error_set(err, ERR_INPUT,
				 "'%s' is empty: is auditd running, and does it write there? "
				 "(auditctl -s, log_file in %s)", in->path, AUDITD_CONF_PATH);
	return 0;
}

static int unread_error(const struct ingest *in, struct error *err)
{
	*err = in->first_unread;
	return in->unread == 1 ? ERR_INPUT
			       : error_prefix(err, ERR_INPUT, "%u files could not be read, the first",
					      in->unread);
}

/* A source_lookup_fn. */
static int look_up(void *arg, const char *host, uint64_t head, struct checkpoint *out, size_t max,
		   struct error *err)
{
	struct ingest *in = arg;
	int rc = ingest_settle(in, err);

	if (rc == 0)
		rc = store_lookup(in->options.store, host, head, out, max, err);
	in->known |= rc > 0;
	return rc;
}

static void close_source(struct ingest *in)
{
	/* After an error of the reader's the others may still be at work. */
	queue_free(in->fragments);
	queue_free(in->items);
	in->fragments = in->items = NULL;
	if (in->in_transaction) {
		store_rollback(in->options.store);
		in->in_transaction = false;
	}
	sieve_free(in->sieve);
	source_close(in->source);
	in->sieve = NULL;
	in->source = NULL;
}

int ingest_source(struct ingest *in, const char *path, const char *host, bool local,
		  struct error *err)
{
	const struct source_options source_options = {
		.path = path,
		.host = host,
		.follow = in->options.follow,
		.lookup = look_up,
		.arg = in,
	};
	const struct sieve_options sieve_options = {
		.all = in->options.all,
		.rests = true,
		.keys = in->options.keys,
		.emit = ingest_put_fragment,
		.arg = in,
		.serials = in->serials,
	};
	const struct source_counts *sc;
	int rc;

	in->path = path;
	in->host = host;
	in->local = local;
	window_clear(&in->window);
	in->extent_count = 0;
	in->end = 0;
	in->file = NULL;
	in->lines = 0;
	in->faults = 0;
	in->unread = 0;
	in->started = in->known = false;
	in->told.text[0] = '\0';
	in->loss_count = 0;
	in->batch_bytes = in->batch_fragments = in->batch_kept = 0;
	in->kept = (struct kept_counts){ 0 };
	in->batch_begun_ms = clock_ms(CLOCK_MONOTONIC);
	memset(&in->accounted, 0, sizeof(in->accounted));
	serials_clear(in->serials);

	if ((rc = source_open(&in->source, &source_options, err)) < 0)
		return rc;
	ingest_tell_awaited(in);
	in->items = queue_new(ingest_keep_item, in, !in->options.follow, ITEM_BATCHES);
	in->fragments = queue_new(ingest_decode_fragment, in, !in->options.follow, FRAGMENT_BATCHES);
	in->sieve = sieve_new(&sieve_options);
	if (in->items == NULL || in->fragments == NULL || in->sieve == NULL)
		rc = error_set(err, ERR_NOMEM, "out of memory");
	else
		rc = read_all(in, err);
	if (rc == 0 && in->unread > 0)
		rc = unread_error(in, err);
	else if (rc == 0)
		rc = judge_empty(in, err);
	sc = source_counts(in->source);
	in->counts.tails += sc->tails;
	in->counts.tail_bytes += sc->tail_bytes;
	if (sc->tails > 0 && in->counts.first_tail[0] == '\0')
		snprintf(in->counts.first_tail, sizeof(in->counts.first_tail), "%s", sc->first_tail);
	close_source(in);
	return rc;
}

int ingest_new(struct ingest **out, const struct ingest_options *options, struct error *err)
{
	struct ingest *in = calloc(1, sizeof(*in));

	if (in == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	in->options = *options;
	in->logins.helper = options->login_helper;
	pthread_mutex_init(&in->lock, NULL);
	records_init(&in->fresh);
	records_init(&in->stored);
	in->decoder = decoder_new(options->keys);
	in->serials = serials_new();
	if (in->decoder == NULL || in->serials == NULL || window_init(&in->window) < 0) {
		ingest_free(in);
		return error_set(err, ERR_NOMEM, "out of memory");
	}
	*out = in;
	return 0;
}

void ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	pthread_mutex_destroy(&in->lock);
	decoder_free(in->decoder);
	serials_free(in->serials);
	records_release(&in->fresh);
	records_release(&in->stored);
	window_release(&in->window);
	free(in->losses);
	free(in);
}

const struct ingest_counts *ingest_counts(const struct ingest *in)
{
	return &in->counts;
}
