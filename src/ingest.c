#include "ingest.h"

#include "auditd_conf.h"
#include "decode.h"
#include "login.h"
#include "records.h"
#include "sieve.h"
#include "source.h"
#include "window.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A batch ends after this many bytes of log, events, or milliseconds, whichever comes first. */
#define BATCH_BYTES ((uint64_t)256 << 20)
#define BATCH_EVENTS 5000
#define BATCH_MS 1000
#define PROGRESS_MS 100

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
	int64_t time_ms;
	const char *what;
	char place[512];
};

struct ingest {
	struct ingest_options options;
	struct ingest_counts counts;
	struct decoder *decoder;
	struct records fresh, stored;
	struct window window;
	struct login_cache logins;

	/* the source at hand */
	struct source *source;
	struct sieve *sieve;
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
	bool in_transaction;
	uint64_t batch_bytes, batch_new, batch_merged;
	int64_t batch_begun_ms, progress_ms;
};

static int64_t clock_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int begin(struct ingest *in, struct error *err)
{
	int rc;

	if (in->in_transaction)
		return 0;
	if ((rc = store_begin(in->options.store, err)) < 0)
		return rc;
	in->in_transaction = true;
	return 0;
}

/* Decodes a set of records for the source at hand; 0 with kind EVENT_NONE if it cannot be read. */
static int decode_set(struct ingest *in, struct records *set, struct event *ev, struct error *err)
{
	int rc;

	records_sort(set);
	rc = decode(in->decoder, set, in->host, ev, err);
	if (rc == ERR_INPUT) {
		in->counts.refused++;
		ev->kind = EVENT_NONE;
		return 0;
	}
	if (rc == 0 && ev->login.data == NULL && in->local && ev->auid != NUM_NONE)
		ev->login = login_name(&in->logins, ev->auid);
	return rc;
}

/* Unites what the trail holds of an event with the fresh records, if those add something. */
static int merge(struct ingest *in, const struct bytes *known, struct error *err)
{
	struct event ev;
	int rc, changed = 0;

	records_clear(&in->stored);
	if ((rc = records_add_text(&in->stored, known->data, known->len)) < 0)
		return error_set(err, rc, "out of memory");
	for (size_t i = 0; i < in->fresh.count; i++) {
		const struct bytes *text = &in->fresh.line[i].text;

		if ((rc = records_add(&in->stored, text->data, text->len)) < 0)
			return error_set(err, rc, "out of memory");
		changed += rc;
	}
	in->counts.records_dropped += in->stored.dropped;
	if (changed == 0)
		return 0;
	if ((rc = decode_set(in, &in->stored, &ev, err)) < 0)
		return rc;
	if (ev.kind == EVENT_NONE)
		return 0;
	if ((rc = store_replace(in->options.store, &ev, err)) < 0)
		return rc;
	in->batch_merged++;
	return 0;
}

/* A sieve_emit_fn: one piece of an event on its way into the trail. */
static int keep(void *arg, const struct piece *piece, struct error *err)
{
	struct ingest *in = arg;
	struct bytes known;
	struct event ev;
	int rc;

	records_clear(&in->fresh);
	for (size_t i = 0; i < piece->count; i++)
		if ((rc = records_add(&in->fresh, piece->lines[i].data, piece->lines[i].len)) < 0)
			return error_set(err, rc, "out of memory");
	in->counts.records_dropped += in->fresh.dropped;
	if (in->fresh.count == 0)
		return 0;
	if ((rc = decode_set(in, &in->fresh, &ev, err)) < 0 || (rc = begin(in, err)) < 0)
		return rc;

	/* Records that mean nothing alone may still belong to an event that is known. */
	if (ev.kind != EVENT_NONE) {
		if ((rc = store_add(in->options.store, &ev, err)) != 0) {
			in->batch_new += rc > 0;
			return MIN(rc, 0);
		}
	}
	if ((rc = store_records(in->options.store, &ev, &known, err)) <= 0)
		return rc;
	return merge(in, &known, err);
}

/* Text "PATH:OFFSET" for a stream offset. */
static void place_text(const struct ingest *in, uint64_t at, char *out, size_t size)
{
	for (size_t i = in->stretch_count; i-- > 0;) {
		const struct stretch *s = &in->stretches[i];

		if (s->at <= at) {
			snprintf(out, size, "%s:%" PRIu64, s->file->path, s->offset + (at - s->at));
			return;
		}
	}
	snprintf(out, size, "%s", in->path);
}

static struct noted_loss *find_loss(struct ingest *in, enum loss_kind kind, uint64_t head,
				    const char *what)
{
	for (size_t i = 0; i < in->loss_count; i++) {
		struct noted_loss *l = &in->losses[i];

		if (l->kind == kind && l->head == head && strcmp(l->what, what) == 0)
			return l;
	}
	return NULL;
}

/* Notes a loss for the next commit; what is a word of ours. */
static int add_loss(struct ingest *in, enum loss_kind kind, const char *what, const char *place,
		    uint64_t count, struct error *err)
{
	uint64_t head = in->file != NULL ? in->file->head : 0;
	struct noted_loss *loss = find_loss(in, kind, head, what), *grown;

	if (loss != NULL) {
		loss->count += count;
		return 0;
	}
	grown = reallocarray(in->losses, in->loss_count + 1, sizeof(*grown));
	if (grown == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	in->losses = grown;
	loss = &grown[in->loss_count++];
	*loss = (struct noted_loss){ kind, head, count, clock_ms(CLOCK_REALTIME), what, "" };
	snprintf(loss->place, sizeof(loss->place), "%s", place);
	return 0;
}

static int put_losses(struct ingest *in, struct error *err)
{
	int rc;

	if (in->loss_count > 0 && (rc = begin(in, err)) < 0)
		return rc;
	for (size_t i = 0; i < in->loss_count; i++) {
		const struct noted_loss *l = &in->losses[i];
		const struct store_loss loss = {
			.host = in->host,
			.head = l->head,
			.kind = l->kind,
			.what = l->what,
			.place = l->place,
			.time_ms = l->time_ms,
			.count = (int64_t)l->count,
		};

		if ((rc = store_add_loss(in->options.store, &loss, err)) < 0)
			return rc;
	}
	in->loss_count = 0;
	return 0;
}

static void note_first_fault(struct ingest *in, const char *place)
{
	if (in->counts.first_fault[0] == '\0')
		snprintf(in->counts.first_fault, sizeof(in->counts.first_fault), "%s", place);
}

/* Lines that are no records, since the last time. All of them lie in the file at hand. */
static int account_faults(struct ingest *in, bool recorded, struct error *err)
{
	const struct sieve_counts fresh = sieve_take_counts(in->sieve);
	char place[512];
	int rc;

	in->counts.lines += fresh.lines;
	in->counts.bytes += fresh.bytes;
	in->lines += fresh.lines;
	for (int f = LINE_OK + 1; f < LINE_FAULT_COUNT; f++) {
		if (fresh.faults[f] == 0)
			continue;
		in->counts.faults[f] += fresh.faults[f];
		in->faults += fresh.faults[f];
		if (f == LINE_EMPTY)
			continue;
		place_text(in, fresh.first_fault[f], place, sizeof(place));
		note_first_fault(in, place);
		if (!recorded && (rc = add_loss(in, LOSS_PARSER_DROP, line_fault_names[f], place,
						fresh.faults[f], err)) < 0)
			return rc;
	}
	return 0;
}

/*
 * Counts what the sieve and the source could not use since the last time.
 * recorded: the trail knows it already, from an earlier run over these bytes.
 */
static int account(struct ingest *in, bool recorded, struct error *err)
{
	const struct source_counts *now = source_counts(in->source);
	struct source_counts *was = &in->accounted;
	uint64_t too_long = now->lines_too_long - was->lines_too_long;
	uint64_t gone = now->rotations_lost - was->rotations_lost;
	int rc;

	if ((rc = account_faults(in, recorded, err)) < 0)
		return rc;
	if (too_long > 0 && !recorded &&
	    (rc = add_loss(in, LOSS_PARSER_DROP, "line too long", now->first_too_long, too_long,
			   err)) < 0)
		return rc;
	if (gone > 0 && (rc = add_loss(in, LOSS_ROTATION_GAP, "file gone before it was read",
				       now->first_rotation_lost, gone, err)) < 0)
		return rc;
	if (too_long > 0)
		note_first_fault(in, now->first_too_long);
	in->counts.too_long += too_long;
	in->counts.files += now->files - was->files;
	*was = *now;
	return 0;
}

static int put_position(struct ingest *in, const struct stretch *s, uint64_t safe, uint64_t read,
			struct error *err)
{
	struct store_source row = {
		.host = in->host,
		.path = s->file->path,
		.updated_ms = clock_ms(CLOCK_REALTIME),
	};

	if (source_checkpoint(in->source, s->file, s->offset + (safe - s->at), &row.checkpoint) == 0)
		return 0;
	row.size = (int64_t)(s->offset + (read - s->at));
	return store_put_source(in->options.store, &row, err);
}

/*
 * Puts down how far each file may be left behind: up to the first line of the
 * oldest event that is not complete. Files behind that one get no position,
 * so that a reader that starts anew meets the rest of the event again.
 */
static int put_positions(struct ingest *in, struct error *err)
{
	uint64_t safe = sieve_safe(in->sieve);
	size_t done = 0;
	int rc;

	if (in->batch_bytes == 0)
		return 0;
	if ((rc = begin(in, err)) < 0)
		return rc;
	for (size_t i = 0; i < in->stretch_count; i++) {
		const struct stretch *s = &in->stretches[i];
		bool last = i + 1 == in->stretch_count;
		uint64_t end = last ? in->end : s[1].at;

		if (s->at > safe)
			break;
		if ((rc = put_position(in, s, MIN(safe, end), end, err)) < 0)
			return rc;
		if (!last && end <= safe)
			done = i + 1;
	}
	in->stretch_count -= done;
	memmove(in->stretches, in->stretches + done, in->stretch_count * sizeof(in->stretches[0]));
	return 0;
}

static int commit(struct ingest *in, struct error *err)
{
	int rc;

	if ((rc = account(in, false, err)) < 0)
		return rc;
	/* What has not shown one record yet may be no log at all, and leaves no trace. */
	if (in->lines > in->faults &&
	    ((rc = put_losses(in, err)) < 0 || (rc = put_positions(in, err)) < 0))
		return rc;
	in->batch_bytes = 0;
	in->batch_begun_ms = clock_ms(CLOCK_MONOTONIC);
	if (!in->in_transaction)
		return 0;
	in->in_transaction = false;
	if ((rc = store_commit(in->options.store, err)) < 0)
		return rc;
	in->counts.events_new += in->batch_new;
	in->counts.events_merged += in->batch_merged;
	in->batch_new = in->batch_merged = 0;
	return 0;
}

/* Notes where the chunk lies. With too many stretches the oldest goes: a position is put later. */
static void note_stretch(struct ingest *in, const struct chunk *chunk)
{
	if (in->stretch_count > 0) {
		const struct stretch *last = &in->stretches[in->stretch_count - 1];

		if (last->file == chunk->file &&
		    chunk->at - last->at == chunk->offset - last->offset)
			return;
	}
	if (in->stretch_count == STRETCHES) {
		in->stretch_count--;
		memmove(in->stretches, in->stretches + 1,
			in->stretch_count * sizeof(in->stretches[0]));
	}
	in->stretches[in->stretch_count++] =
		(struct stretch){ chunk->at, chunk->file, chunk->offset };
}

/*
 * The first chunk of another file. What an earlier run counted in it stands if
 * reading goes on where that run left off; else counting begins anew.
 */
static int enter_file(struct ingest *in, const struct source_file *file, struct error *err)
{
	int64_t size = 0;
	int rc;

	if (in->file != NULL && (rc = commit(in, err)) < 0)
		return rc;
	in->file = file;
	if (file->start > 0)
		size = store_source_size(in->options.store, in->host, file->head, err);
	else if ((rc = begin(in, err)) < 0 ||
		 (rc = store_forget_losses(in->options.store, in->host, file->head, err)) < 0)
		return rc;
	in->seen = (uint64_t)MAX(size, 0);
	return (int)MIN(size, 0);
}

static int feed(struct ingest *in, uint64_t at, size_t len, struct error *err)
{
	int rc = sieve_feed(in->sieve, &in->window, at, len, err);

	in->end = at + len;
	in->batch_bytes += len;
	return rc;
}

/*
 * Takes one chunk. Bytes that an earlier run has seen (they are read again
 * because an event was open there) are fed apart, so that what is wrong with
 * them is not counted as a loss twice.
 */
static int take(struct ingest *in, const struct chunk *chunk, struct error *err)
{
	size_t again = 0;
	int rc;

	if (chunk->file != in->file && (rc = enter_file(in, chunk->file, err)) < 0)
		return rc;
	note_stretch(in, chunk);
	if (in->seen > chunk->offset)
		again = (size_t)MIN(in->seen - chunk->offset, chunk->len);
	if (again > 0 && ((rc = feed(in, chunk->at, again, err)) < 0 ||
			  (rc = account(in, true, err)) < 0))
		return rc;
	if (again == chunk->len)
		return 0;
	return feed(in, chunk->at + again, chunk->len - again, err);
}

static bool batch_is_full(const struct ingest *in, int64_t now_ms)
{
	return in->batch_bytes >= BATCH_BYTES || in->batch_new + in->batch_merged >= BATCH_EVENTS ||
	       (in->in_transaction && now_ms - in->batch_begun_ms >= BATCH_MS);
}

static void show_progress(struct ingest *in, int64_t now_ms)
{
	struct ingest_counts counts = in->counts;

	if (in->options.progress == NULL || now_ms - in->progress_ms < PROGRESS_MS)
		return;
	in->progress_ms = now_ms;
	counts.bytes += sieve_counts(in->sieve)->bytes;
	counts.lines += sieve_counts(in->sieve)->lines;
	counts.events_new += in->batch_new;
	in->options.progress(in->options.arg, &counts, source_remaining(in->source));
}

static bool stopped(const struct ingest *in)
{
	return in->options.stop != NULL && *in->options.stop != 0;
}

/*
 * Signals that stop us are held back but for the source's own waiting, so that
 * none slips in between our last look at stop and that wait.
 */
static void hold_signals(sigset_t *before)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGINT);
	sigaddset(&held, SIGTERM);
	sigprocmask(SIG_BLOCK, &held, before);
}

/* Everything that is known goes into the trail, complete or not; what comes late is merged. */
static int put_all(struct ingest *in, struct error *err)
{
	int rc = sieve_flush(in->sieve, &in->window, err);

	return rc < 0 ? rc : commit(in, err);
}

/*
 * Standard input may keep us waiting for hours: what it gave is not to wait
 * that long for its commit, nor are other writers for their turn.
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

/* Nothing to read right now. */
static int rest(struct ingest *in, struct error *err)
{
	sigset_t before;
	int rc;

	if ((rc = put_all(in, err)) < 0)
		return rc;
	hold_signals(&before);
	rc = stopped(in) ? 0 : source_wait(in->source, -1, err);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return rc == ERR_INTERRUPTED ? 0 : MIN(rc, 0);
}

/* Reads the source to its end. A file that cannot be read is remembered in *unread, and left out. */
static int read_all(struct ingest *in, int *unread, struct error *err)
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
			if ((*unread)++ == 0)
				*err = input_error;
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

/* Says what is wrong with a source that gave not one record. */
static int judge_empty(const struct ingest *in, struct error *err)
{
	const struct source_counts *source = source_counts(in->source);

	if (in->options.follow || stopped(in))
		return 0;
	if (in->lines > 0 && in->faults == in->lines)
		return error_set(err, ERR_INPUT,
				 "'%s' is no audit log: none of its lines is a record such as "
				 "'type=SYSCALL msg=audit(1795456283.072:9): ...'", in->path);
	if (source->empty == source->files)
		return error_set(err, ERR_INPUT,
				 "'%s' is empty: is auditd running, and does it write there? "
				 "(auditctl -s, log_file in %s)", in->path, AUDITD_CONF_PATH);
	return 0;
}

static void close_source(struct ingest *in)
{
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
		.lookup = store_lookup,
		.arg = in->options.store,
	};
	const struct sieve_options sieve_options = {
		.all = in->options.all,
		.rests = true,
		.keys = in->options.keys,
		.emit = keep,
		.arg = in,
	};
	const struct source_counts *sc;
	int rc, unread = 0;

	in->path = path;
	in->host = host;
	in->local = local;
	in->window.base = 0;
	in->window.len = 0;
	in->stretch_count = 0;
	in->end = 0;
	in->file = NULL;
	in->lines = 0;
	in->faults = 0;
	in->loss_count = 0;
	in->batch_bytes = 0;
	in->batch_new = in->batch_merged = 0;
	in->batch_begun_ms = clock_ms(CLOCK_MONOTONIC);
	memset(&in->accounted, 0, sizeof(in->accounted));

	if ((rc = source_open(&in->source, &source_options, err)) < 0)
		return rc;
	if ((in->sieve = sieve_new(&sieve_options)) == NULL)
		rc = error_set(err, ERR_NOMEM, "out of memory");
	else
		rc = read_all(in, &unread, err);
	if (rc == 0 && unread > 0)
		rc = unread == 1 ? ERR_INPUT
				 : error_prefix(err, ERR_INPUT, "%d files could not be read, the first",
						unread);
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
	records_init(&in->fresh);
	records_init(&in->stored);
	in->decoder = decoder_new(options->keys);
	if (in->decoder == NULL || window_init(&in->window) < 0) {
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
	decoder_free(in->decoder);
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
