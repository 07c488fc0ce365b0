#include "ingest/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* With too many extents the oldest is dropped: its file then gets a position later. */
void ingest_note_extent(struct ingest *in, const struct chunk *chunk)
{
	if (in->extent_count > 0) {
		const struct extent *last = &in->extents[in->extent_count - 1];

		if (last->file == chunk->file &&
		    chunk->at - last->at == chunk->offset - last->offset)
			return;
	}
	if (in->extent_count == EXTENTS_MAX) {
		in->extent_count--;
		memmove(in->extents, in->extents + 1,
			in->extent_count * sizeof(in->extents[0]));
	}
	in->extents[in->extent_count++] =
		(struct extent){ chunk->at, chunk->file, chunk->offset };
}

/* Writes "PATH:OFFSET" for a stream offset. */
static void place_text(const struct ingest *in, uint64_t at, char *out, size_t size)
{
	for (size_t i = in->extent_count; i-- > 0;) {
		const struct extent *s = &in->extents[i];

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

/* The lost records are newer than the last one that was read, and older than now. */
static void note_span(const struct ingest *in, struct noted_loss *loss)
{
	int64_t read_ms = source_counts(in->source)->rotation_lost_ms;

	loss->until_ms = loss->time_ms;
	if (read_ms != 0)
		loss->time_ms = MIN(read_ms, loss->time_ms);
}

static const char file_gone[] = "file gone before it was read";
static const char file_unread[] = "file could not be read";

/* Notes a loss for the next commit. head: of the file that it is about. */
static int add_loss_of(struct ingest *in, uint64_t head, enum loss_kind kind, const char *what,
		       const char *place, uint64_t count, struct error *err)
{
	struct noted_loss *loss = find_loss(in, kind, head, what), *grown;

	if (loss != NULL) {
		loss->count += count;
		if (loss->until_ms != NUM_NONE)
			loss->until_ms = clock_ms(CLOCK_REALTIME);
		return 0;
	}
	grown = reallocarray(in->losses, in->loss_count + 1, sizeof(*grown));
	if (grown == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	in->losses = grown;
	loss = &grown[in->loss_count++];
	*loss = (struct noted_loss){ kind, head, count, clock_ms(CLOCK_REALTIME), NUM_NONE, what, "" };
	if (what == file_gone)
		note_span(in, loss);
	snprintf(loss->place, sizeof(loss->place), "%s", place);
	return 0;
}

/* The same for the file at hand. */
static int add_loss(struct ingest *in, enum loss_kind kind, const char *what, const char *place,
		    uint64_t count, struct error *err)
{
	return add_loss_of(in, in->file != NULL ? in->file->head : 0, kind, what, place, count, err);
}

/* A follower has no end at which to tell it. */
static void tell(struct ingest *in, const struct error *what)
{
	if (!in->options.follow || in->options.warn == NULL || strcmp(what->text, in->told.text) == 0)
		return;
	in->told = *what;
	in->options.warn(in->options.arg, what);
}

void ingest_tell_awaited(struct ingest *in)
{
	const char *path = source_awaited(in->source);
	struct error what;

	if (path == NULL)
		return;
	error_set(&what, ERR_INPUT, "waiting for '%s', which does not exist", path);
	tell(in, &what);
}

/* What cannot be read has no first line: it is known by its path. */
static uint64_t head_of_path(const char *path)
{
	return hash_bytes(HASH_START, path, strlen(path));
}

int ingest_forget_unread(struct ingest *in, const char *path, struct error *err)
{
	int rc;

	if ((rc = ingest_settle(in, err)) < 0 || (rc = ingest_begin(in, err)) < 0)
		return rc;
	return store_forget_losses(in->options.store, in->host, head_of_path(path), err);
}

int ingest_note_unread(struct ingest *in, const struct error *why, struct error *err)
{
	const char *path = source_unread(in->source);
	int rc;

	if (in->unread++ == 0)
		in->first_unread = *why;
	tell(in, why);
	if (find_loss(in, LOSS_ROTATION_GAP, head_of_path(path), file_unread) != NULL)
		return 0;
	/* Noted anew: it is one file, however often it is tried. */
	if ((rc = ingest_forget_unread(in, path, err)) < 0)
		return rc;
	return add_loss_of(in, head_of_path(path), LOSS_ROTATION_GAP, file_unread, path, 1, err);
}

static int note_gone(struct ingest *in, const char *place, uint64_t count, struct error *err)
{
	struct error what;

	error_set(&what, ERR_INPUT, "%s: %s", file_gone, place);
	tell(in, &what);
	return add_loss(in, LOSS_ROTATION_GAP, file_gone, place, count, err);
}

int ingest_put_losses(struct ingest *in, struct error *err)
{
	int rc;

	for (size_t i = 0; i < in->loss_count; i++)
		if ((rc = ingest_put(in, ITEM_LOSS, &in->losses[i], sizeof(in->losses[i]), err)) < 0)
			return rc;
	in->loss_count = 0;
	return 0;
}

static void note_first(char first[static 512], const char *place)
{
	if (first[0] == '\0')
		snprintf(first, 512, "%s", place);
}

/* Counts lines that are no records, or several, since the last time. All lie in the current file. */
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
		in->faults += f == LINE_JOINED ? 0 : fresh.faults[f];
		if (f == LINE_EMPTY)
			continue;
		place_text(in, fresh.first_fault[f], place, sizeof(place));
		note_first(f == LINE_JOINED ? in->counts.first_joined : in->counts.first_fault, place);
		if (!recorded && (rc = add_loss(in, LOSS_PARSER_DROP, line_fault_names[f], place,
						fresh.faults[f], err)) < 0)
			return rc;
	}
	return 0;
}

int ingest_account(struct ingest *in, bool recorded, struct error *err)
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
	if (gone > 0 && (rc = note_gone(in, now->latest_rotation_lost, gone, err)) < 0)
		return rc;
	if (too_long > 0)
		note_first(in->counts.first_fault, now->first_too_long);
	in->counts.too_long += too_long;
	in->counts.files += now->files - was->files;
	*was = *now;
	return 0;
}

static int put_position(struct ingest *in, const struct extent *s, uint64_t safe, uint64_t read,
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
	return ingest_put(in, ITEM_POSITION, &row, sizeof(row), err);
}

/*
 * Puts the position of each file, at most that of the first line of the oldest event
 * that is not complete. Files behind that line get no position, so that a later
 * reader reads the rest of the event again.
 */
int ingest_put_positions(struct ingest *in, struct error *err)
{
	uint64_t safe = sieve_safe(in->sieve);
	size_t done = 0;
	int rc;

	if (in->batch_bytes == 0)
		return 0;
	for (size_t i = 0; i < in->extent_count; i++) {
		const struct extent *s = &in->extents[i];
		bool last = i + 1 == in->extent_count;
		uint64_t end = last ? in->end : s[1].at;

		if (s->at > safe)
			break;
		if ((rc = put_position(in, s, MIN(safe, end), end, err)) < 0)
			return rc;
		if (!last && end <= safe)
			done = i + 1;
	}
	in->extent_count -= done;
	memmove(in->extents, in->extents + done, in->extent_count * sizeof(in->extents[0]));
	return 0;
}
