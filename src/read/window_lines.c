#include "read/private.h"

#include <string.h>

/*
 * The length of the whole lines at the beginning of len bytes, up to the first line
 * that is too long. The first `clean` bytes are known to hold no newline. The search
 * goes backwards from WINDOW_LINE_MAX bytes: all lines up to the last newline there
 * are short enough, so it looks at little more than one line in so many bytes.
 */
static size_t whole_lines(const char *data, size_t len, size_t clean)
{
	size_t done = 0;

	while (done < len) {
		size_t reach = MIN(len - done, WINDOW_LINE_MAX);
		size_t from = done == 0 ? MIN(clean, reach) : 0;
		const char *newline = memrchr(data + done + from, '\n', reach - from);

		if (newline == NULL)
			break;
		done = (size_t)(newline + 1 - data);
	}
	return done;
}

/* Computes the head of a file from its first line, once that line is whole. */
static void learn_head(struct logfile *f, const char *data, size_t len)
{
	const char *newline;

	if (f->seen.head != 0 || f->end.offset != 0)
		return;
	newline = memchr(data, '\n', len);
	if (newline != NULL)
		len = (size_t)(newline - data);
	f->seen.head = hash_bytes(HASH_START, data, len);
	f->end.head = f->seen.head;
}

static void start_skipping(struct source *s, const char *data)
{
	learn_head(s->current, data, WINDOW_LINE_MAX);
	s->counts.lines_too_long++;
	source_note(s->counts.first_too_long, s->current->seen.path, s->current->end.offset);
	s->skipping = true;
	s->skipped = 0;
	s->skipped_tail = s->tail;
}

/* Removes a line that is too long, or what there is of it, from the window. */
static void skip(struct source *s, struct window *w)
{
	char *data = w->data + w->len - s->pending;
	const char *newline = memchr(data, '\n', s->pending);
	size_t len = newline != NULL ? (size_t)(newline + 1 - data) : s->pending;

	tail_feed(&s->skipped_tail, data, len);
	s->skipped += len;
	memmove(data, data + len, s->pending - len);
	window_shrink(w, len);
	s->pending -= len;
	s->clean = 0;
	if (newline == NULL)
		return;
	s->skipping = false;
	s->current->end.offset += s->skipped;
	s->tail = s->skipped_tail;
}

static bool take_whole(struct source *s, const struct window *w, size_t len, struct chunk *chunk)
{
	struct logfile *f = s->current;
	uint64_t at = window_end(w) - s->pending;

	learn_head(f, window_at(w, at), len);
	*chunk = (struct chunk){ at, len, &f->seen, f->end.offset };
	if (s->ended) {
		/* The file has no newline to go on behind: a later source begins before this line. */
		s->pending = s->clean = 0;
		return true;
	}
	tail_feed(&s->tail, window_at(w, at), len);
	f->end.offset += len;
	s->pending -= len;
	/* No newline follows the last whole line within WINDOW_LINE_MAX bytes. */
	s->clean = MIN(s->pending, WINDOW_LINE_MAX);
	return true;
}

bool window_lines_take(struct source *s, struct window *w, struct chunk *chunk)
{
	while (s->pending > 0) {
		const char *data = w->data + w->len - s->pending;
		size_t len;

		if (s->skipping) {
			skip(s, w);
			continue;
		}
		len = whole_lines(data, s->pending, s->clean);
		if (len > 0)
			return take_whole(s, w, len, chunk);
		s->clean = MIN(s->pending, WINDOW_LINE_MAX);
		if (s->pending < WINDOW_LINE_MAX)
			return false;
		start_skipping(s, data);
	}
	return false;
}

bool window_lines_end(struct source *s, struct window *w)
{
	char *at;

	if (s->ended || s->pending == 0 || s->skipping)
		return false;
	s->ended = true;
	reader_stop(&s->reader);
	window_room(w, window_end(w) - s->pending, &at);
	*at = '\n';
	window_grow(w, 1, NULL);
	s->pending++;
	return true;
}

void window_lines_drop(struct source *s, struct window *w)
{
	window_shrink(w, s->pending);
	s->pending = 0;
	s->clean = 0;
	s->skipping = false;
	s->skipped = 0;
}
