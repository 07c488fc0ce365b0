#include "parse/sieve.h"

#include "read/newline_index.h"
#include "read/window.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

/*
 * Two rings, of events and of lines, in the order of arrival. Both are numbered from
 * 1 without end; number n lies at n & mask. A mask begins small, so that the ring
 * stays in the processor's cache for an ordinary log, and doubles when the ring is
 * full.
 *
 *   bucket[hash] --> newest event of that hash --> older --> ... --> one that has left
 *   event --> first line not handed out --> next --> ... --> last line
 *
 * Events leave in the order of arrival, so the chain of a bucket is never repaired:
 * it ends at the first number that has left.
 *
 * An event leaves when its first line is WINDOW_KEEP bytes before the current line.
 * So the lines of all events in the ring lie within WINDOW_KEEP bytes, and neither
 * ring can overflow, whatever the log holds.
 */
_Static_assert(WINDOW_KEEP / RECORD_LINE_MIN + 2 < SIEVE_LINES, "lines of a window fit");
_Static_assert(SIEVE_EVENTS >= SIEVE_LINES, "each line may be an event");
_Static_assert((SIEVE_LINES & (SIEVE_LINES - 1)) == 0 && (SIEVE_EVENTS & (SIEVE_EVENTS - 1)) == 0,
	       "masks");

#define EVENTS_FIRST 2048u	/* the first sizes of the rings: an ordinary window fits */
#define LINES_FIRST 8192u
#define NEVER UINT64_MAX
#define STEP 16384	/* bytes searched for newlines at once: they stay in the fastest cache */
_Static_assert(STEP <= NEWLINE_INDEX_MAX, "each byte may be an end");
#define BUCKETS 8192u	/* small enough for the cache; an ordinary window has a thousand events */

struct place {
	uint64_t at;		/* stream offset of the text, which begins with node= if there is one */
	uint64_t next;		/* next line of the event, by number; 0: none yet */
	uint32_t len;
};

struct open_event {
	int64_t time_ms;
	uint64_t serial;
	uint64_t first;		/* stream offset of its first line */
	uint64_t first_line;	/* the number of that line: no event in the ring has older ones */
	uint64_t older;		/* next event of the bucket, by number */
	uint64_t pending;	/* first line that has not been handed out, by number; 0: none */
	uint64_t last;		/* its last line, by number */
	uint32_t node_len;
	uint32_t pending_count;
	uint32_t shown;		/* how many of these a flush has handed out already */
	bool daemon;
	bool wanted;
	bool matters;		/* one of its lines matters; else it is wanted for another reason */
	bool complete;		/* no more records are expected; if it is wanted, all were handed out */
};

struct sieve {
	struct sieve_options options;
	struct sieve_counts counts;
	uint64_t seed;		/* keeps a hostile log from putting all events into one bucket */
	uint64_t end;		/* stream offset behind the last feed */

	uint64_t oldest_event, next_event;	/* numbers; equal: no event */
	uint64_t next_line;
	uint64_t event_mask, line_mask;
	uint64_t leaves;	/* a line behind this offset makes the oldest event leave */
	uint64_t latest;	/* the event of the last line, by number; 0: none */
	struct open_event event[SIEVE_EVENTS];
	struct place place[SIEVE_LINES];
	uint64_t bucket[BUCKETS];
	struct bytes fragment[SIEVE_RECORDS_MAX];
	struct newline_index newlines;
};

struct sieve *sieve_new(const struct sieve_options *options)
{
	struct sieve *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->options = *options;
	s->oldest_event = s->next_event = s->next_line = 1;
	s->event_mask = EVENTS_FIRST - 1;
	s->line_mask = LINES_FIRST - 1;
	s->leaves = NEVER;
	/* Without random bytes the trail is the same, but a hostile log may take longer. */
	if (getrandom(&s->seed, sizeof(s->seed), GRND_NONBLOCK) < 0)
		s->seed = HASH_START;
	return s;
}

void sieve_free(struct sieve *s)
{
	free(s);
}

static inline struct open_event *event_at(struct sieve *s, uint64_t number)
{
	return &s->event[number & s->event_mask];
}

static inline struct place *place_at(struct sieve *s, uint64_t number)
{
	return &s->place[number & s->line_mask];
}

/* Both halves of the product, so that each bit of a and b reaches each bit of the result. */
static inline uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t *bucket_of(struct sieve *s, const struct record_head *line)
{
	uint64_t hash = mix((uint64_t)line->time_ms ^ s->seed, UINT64_C(0x9e3779b97f4a7c15));

	hash = mix(hash ^ line->serial, s->seed | 1);
	if (line->node.len > 0)
		hash = mix(hash ^ hash_bytes(s->seed, line->node.data, line->node.len), s->seed | 1);
	return &s->bucket[hash % BUCKETS];
}

static inline const char *node_at(const struct window *w, const struct place *p)
{
	return window_at(w, p->at) + sizeof("node=") - 1;
}

static inline bool is_event_of(struct sieve *s, const struct window *w,
			       const struct open_event *e, const struct record_head *line)
{
	return e->serial == line->serial && e->time_ms == line->time_ms &&
	       e->daemon == line->daemon && e->node_len == line->node.len &&
	       (e->node_len == 0 ||
		memcmp(node_at(w, place_at(s, e->last)), line->node.data, e->node_len) == 0);
}

/* The number of the line's event in a bucket's chain; 0: it is not there. */
static uint64_t find(struct sieve *s, const struct window *w, uint64_t number,
		     const struct record_head *line)
{
	while (number >= s->oldest_event) {
		struct open_event *e = event_at(s, number);

		if (is_event_of(s, w, e, line))
			return number;
		number = e->older;
	}
	return 0;
}

/* Moves up to SIEVE_RECORDS_MAX pending lines of e, those that the window has, to fragment. */
static void take_pending(struct sieve *s, const struct window *w, struct open_event *e,
			 struct fragment *fragment)
{
	size_t count = 0;

	while (e->pending != 0 && count < SIEVE_RECORDS_MAX) {
		const struct place *p = place_at(s, e->pending);

		if (p->at >= w->base) {
			fragment->node.data = e->node_len ? node_at(w, p) : NULL;
			s->fragment[count++] = (struct bytes){ window_at(w, p->at), p->len };
		}
		e->pending = p->next;
		e->pending_count--;
	}
	fragment->count = count;
}

static int hand_out(struct sieve *s, const struct window *w, struct open_event *e,
		    struct error *err)
{
	struct fragment fragment = {
		.node.len = e->node_len,
		.time_ms = e->time_ms,
		.serial = e->serial,
		.daemon = e->daemon,
		.lines = s->fragment,
	};
	int rc;

	e->shown = 0;
	while (e->pending != 0) {
		take_pending(s, w, e, &fragment);
		if (fragment.count == 0)
			return 0;
		s->counts.events++;
		if ((rc = s->options.emit(s->options.arg, &fragment, err)) < 0)
			return rc;
	}
	return 0;
}

/*
 * Hands out the pending lines, and keeps them for the fragment that completes the
 * event: records that mean nothing alone may mean something together with later ones.
 */
static int show(struct sieve *s, const struct window *w, struct open_event *e, struct error *err)
{
	struct open_event seen = *e;

	e->shown = e->pending_count;
	return hand_out(s, w, &seen, err);
}

static int hand_out_split(struct sieve *s, const struct window *w, struct open_event *e,
			  struct error *err)
{
	s->counts.split++;
	return hand_out(s, w, e, err);
}

/* Removes the events whose first line is more than WINDOW_KEEP bytes before at. */
static int forget(struct sieve *s, const struct window *w, uint64_t at, struct error *err)
{
	while (s->oldest_event < s->next_event) {
		struct open_event *e = event_at(s, s->oldest_event);
		int rc;

		s->leaves = e->first + WINDOW_KEEP;
		if (s->leaves >= at)
			return 0;
		if (e->wanted && e->pending_count > e->shown &&
		    (rc = (e->complete ? hand_out : hand_out_split)(s, w, e, err)) < 0)
			return rc;
		s->oldest_event++;
	}
	s->leaves = NEVER;
	return 0;
}

/* Moves the events to their places in the larger ring, whose second half was free. */
static void double_events(struct sieve *s)
{
	uint64_t mask = s->event_mask * 2 + 1;

	assert(mask < SIEVE_EVENTS);
	for (uint64_t n = s->oldest_event; n < s->next_event; n++)
		s->event[n & mask] = s->event[n & s->event_mask];
	s->event_mask = mask;
}

static void double_lines(struct sieve *s, uint64_t oldest)
{
	uint64_t mask = s->line_mask * 2 + 1;

	assert(mask < SIEVE_LINES);
	for (uint64_t n = oldest; n < s->next_line; n++)
		s->place[n & mask] = s->place[n & s->line_mask];
	s->line_mask = mask;
}

static uint64_t open_event(struct sieve *s, uint64_t *bucket, const struct record_head *line,
			   uint64_t at)
{
	if (s->next_event - s->oldest_event > s->event_mask)
		double_events(s);
	if (s->leaves == NEVER)
		s->leaves = at + WINDOW_KEEP;
	if (s->options.serials != NULL && !line->daemon)
		serials_add(s->options.serials, line->node, line->time_ms, line->serial);
	*event_at(s, s->next_event) = (struct open_event){
		.time_ms = line->time_ms,
		.serial = line->serial,
		.first = at,
		.first_line = s->next_line,
		.node_len = (uint32_t)line->node.len,
		.older = *bucket,
		.daemon = line->daemon,
		.wanted = s->options.all || (s->options.rests && at < SIEVE_RESTS),
		.complete = true,	/* until a line says otherwise */
	};
	return *bucket = s->next_event++;
}

/* The event of a line. Mostly that of the line before, which saves the look-up. */
static inline struct open_event *event_of(struct sieve *s, const struct window *w,
					  const struct record_head *line, uint64_t at)
{
	uint64_t *bucket;

	if (s->latest >= s->oldest_event && is_event_of(s, w, event_at(s, s->latest), line))
		return event_at(s, s->latest);
	bucket = bucket_of(s, line);
	s->latest = find(s, w, *bucket, line);
	if (s->latest == 0)
		s->latest = open_event(s, bucket, line, at);
	return event_at(s, s->latest);
}

/* at, len: the text of a line, in the stream. */
static inline void append(struct sieve *s, struct open_event *e, uint64_t at, size_t len)
{
	uint64_t number = s->next_line++;
	uint64_t oldest = event_at(s, s->oldest_event)->first_line;

	if (number - oldest > s->line_mask)
		double_lines(s, oldest);
	*place_at(s, number) = (struct place){ .at = at, .len = (uint32_t)len };
	if (e->pending == 0)
		e->pending = number;
	else
		place_at(s, e->last)->next = number;
	e->last = number;
	e->pending_count++;
}

/* Hands out what is due of a wanted event that has got one more line. */
static int hand_out_wanted(struct sieve *s, const struct window *w, struct open_event *e,
			   struct error *err)
{
	if (e->complete && e->matters)
		return hand_out(s, w, e, err);
	if (e->pending_count >= SIEVE_RECORDS_MAX)
		return hand_out_split(s, w, e, err);
	/* The line that matters may still come, out of order, and needs these lines. */
	return e->complete && e->shown == 0 ? show(s, w, e, err) : 0;
}

static void count_fault(struct sieve *s, enum line_fault fault, uint64_t at)
{
	if (s->counts.faults[fault]++ == 0)
		s->counts.first_fault[fault] = at;
}

/*
 * May the rest of this line hold another record? Asked of few lines, as that takes a search: of the
 * types whose lines are mostly taken without a look, for events that matter alone, whether they
 * are looked at or not, so that counts do not depend on where a feed ends. A SYSCALL line
 * that holds others matters (parse/sieve_rules.c).
 */
static inline bool may_be_joined(const struct open_event *e, const struct record_head *line)
{
	enum record_place place = line->kind->place;

	if (!e->matters && (place == PLACE_SYSCALL || place == PLACE_PATH || place == PLACE_CWD ||
			    place == PLACE_PROCTITLE))
		return false;
	return line->kind->role != RECORD_USER;
}

/* What stands behind the first ')' of a line, which closes its id. */
static struct bytes behind_head(const char *text, size_t len)
{
	const char *close = memchr(text, ')', len);

	return close == NULL ? (struct bytes){ text, 0 }
			     : (struct bytes){ close, (size_t)(text + len - close) };
}

static int take_record(struct sieve *s, const struct window *w, const struct record_head *line,
		       uint64_t at, struct error *err)
{
	enum record_role role = line->kind->role;
	struct open_event *e = event_of(s, w, line, at);

	append(s, e, w->base + (uint64_t)(line->text.data - w->data), line->text.len);

	/* A record that is always alone does not complete an event that has begun with another. */
	e->complete = role == RECORD_END ||
		      ((role == RECORD_USER || role == RECORD_DAEMON) && e->complete);
	if (!e->matters && role != RECORD_AUXILIARY && role != RECORD_END)
		e->matters = sieve_rules_match(line, s->options.keys);
	e->wanted |= e->matters;
	if (may_be_joined(e, line) && record_is_joined(line->fields))
		count_fault(s, LINE_JOINED, at);
	return e->wanted ? hand_out_wanted(s, w, e, err) : 0;
}

/* Takes one more line of the latest event without a look at the line itself. */
static inline int take_more(struct sieve *s, const struct window *w, uint64_t at, size_t len,
			    enum continuation more, struct error *err)
{
	struct open_event *e = event_at(s, s->latest);

	append(s, e, at, len - 1);	/* without the newline */
	if (e->matters && record_is_joined(behind_head(window_at(w, at), len - 1)))
		count_fault(s, LINE_JOINED, at);
	e->complete = more == CONTINUATION_LAST;
	return e->wanted ? hand_out_wanted(s, w, e, err) : 0;
}

/* Finds at least the end of the first line, however long that is. */
static void index_newlines(struct newline_index *newlines, const char *text, size_t len)
{
	size_t step = MIN(len, STEP);

	newline_index_build(newlines, text, step);
	if (newlines->count == 0) {
		const char *newline = memchr(text + step, '\n', len - step);

		newlines->end[0] = (uint32_t)(newline != NULL ? (size_t)(newline + 1 - text) : len);
		newlines->count = 1;
		newlines->more[0] = CONTINUATION_UNKNOWN;
		newlines->nul = true;	/* perhaps */
	}
}

/* The ends of some lines from at on, at least of one; they are offsets from *base. */
static const struct newline_index *newlines_from(struct sieve *s, const struct window *w,
						 uint64_t at, uint64_t stop, uint64_t *base)
{
	const struct newline_index *known = w->newlines;

	*base = w->newlines_at;
	if (known != NULL && known->count > 0 && at >= *base &&
	    at < *base + known->end[known->count - 1])
		return known;
	index_newlines(&s->newlines, window_at(w, at), (size_t)(stop - at));
	*base = at;
	return &s->newlines;
}

/* What is known of the lines before the current one. */
struct before {
	struct record_head line[2];		/* the head of the last record, and room for the next */
	const struct record_head *record;	/* the last record; NULL: none yet */
	bool latest;			/* the line before is a record, of the latest event */
};

static int take_line(struct sieve *s, const struct window *w, uint64_t at, size_t len, bool nul,
		     struct before *before, struct error *err)
{
	struct record_head *line = &before->line[before->record == &before->line[0]];
	const char *data = window_at(w, at);
	enum line_fault fault = nul ? record_head_parse(line, data, len)
				    : record_head_after(line, data, len, before->record);

	before->latest = fault == LINE_OK;
	if (fault != LINE_OK) {
		count_fault(s, fault, at);
		return 0;
	}
	before->record = line;
	return take_record(s, w, line, at, err);
}

/* Takes lines from *next on, and moves it behind the last. Returns 0, or what emit returned. */
static int take_lines(struct sieve *s, const struct window *w, uint64_t *next, uint64_t stop,
		      struct error *err)
{
	struct before before = { .record = NULL };
	uint64_t at = *next, base;
	const struct newline_index *newlines = newlines_from(s, w, at, stop, &base);
	uint32_t i = 0;
	int rc;

	while (base + newlines->end[i] <= at)
		i++;
	for (; i < newlines->count && at < stop; i++) {
		size_t len = (size_t)(MIN(base + newlines->end[i], stop) - at);
		enum continuation more = newlines->nul ? CONTINUATION_UNKNOWN : newlines->more[i];

		if (at > s->leaves && (rc = forget(s, w, at, err)) < 0)
			return rc;
		s->counts.lines++;
		s->counts.bytes += len;
		s->end = at + len;
		if (more != CONTINUATION_UNKNOWN && before.latest && s->latest >= s->oldest_event)
			rc = take_more(s, w, at, len, more, err);
		else
			rc = take_line(s, w, at, len, newlines->nul, &before, err);
		if (rc < 0)
			return rc;
		at += len;
	}
	*next = at;
	return 0;
}

int sieve_feed(struct sieve *s, const struct window *w, uint64_t at, size_t len,
	       struct error *err)
{
	uint64_t stop = at + len;
	int rc;

	assert(at >= s->end && at >= w->base && stop <= window_end(w));
	while (at < stop)
		if ((rc = take_lines(s, w, &at, stop, err)) < 0)
			return rc;
	return forget(s, w, at, err);
}

int sieve_flush(struct sieve *s, const struct window *w, struct error *err)
{
	for (uint64_t i = s->oldest_event; i < s->next_event; i++) {
		struct open_event *e = event_at(s, i);
		int rc;

		if (e->wanted && e->pending_count > e->shown && (rc = show(s, w, e, err)) < 0)
			return rc;
	}
	return 0;
}

uint64_t sieve_safe(const struct sieve *s)
{
	for (uint64_t i = s->oldest_event; i < s->next_event; i++) {
		const struct open_event *e = &s->event[i & s->event_mask];

		if (!e->complete)
			return e->first;
	}
	return s->end;
}

const struct sieve_counts *sieve_counts(const struct sieve *s)
{
	return &s->counts;
}

struct sieve_counts sieve_take_counts(struct sieve *s)
{
	struct sieve_counts counts = s->counts;

	s->counts = (struct sieve_counts){ 0 };
	return counts;
}
