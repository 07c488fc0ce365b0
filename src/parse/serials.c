#include "parse/serials.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

/*
 * Hosts and runs are numbered from 1 in the order in which they came; 0 is none.
 *
 *   bucket[hash] --> newest host of that hash --> older --> ...
 *   host: now, the run that it goes on with --> the one before --> ...
 *
 * What lies before now waits for serials_put(), which takes it all.
 */

/* The shortest record is 27 bytes (RECORD_LINE_MIN), so a feed has room for no more events. */
#define FEED_EVENTS (SERIALS_FEED / 27)
#define BUCKETS 32768u
#define NAMES ((size_t)5 << 18)
_Static_assert(FEED_EVENTS < SERIALS_HOSTS && FEED_EVENTS < SERIALS_RUNS && SERIALS_FEED < NAMES,
	       "room for a feed");

/* So many runs back a serial is looked for: processors are not further apart. */
#define LOOK_BACK 8
/* A call that waited has a serial that follows those before, as near as this. */
#define NEAR 256
#define WAIT_MAX_MS INT64_C(86400000)
/* So much may processors be apart in time. */
#define ASTRAY_MS 1000

struct kept_run {
	struct serial_run run;
	uint32_t before;
};

struct host {
	struct serial_run now;
	int64_t latest_ms;	/* of what was seen here since epoch began */
	uint64_t hash;
	uint32_t name_at, name_len;
	uint32_t next;		/* in its bucket */
	uint32_t before;	/* of now */
	uint32_t epoch;
	bool changed;		/* since it was put */
};

struct serials {
	uint64_t seed;
	uint32_t host_count, run_count, latest_host, epoch;
	size_t name_len;
	uint32_t bucket[BUCKETS];
	struct host host[SERIALS_HOSTS + 1];
	struct kept_run run[SERIALS_RUNS + 1];
	struct serial_run out[SERIALS_RUNS + 1];	/* one host's, on its way out */
	char names[NAMES];
};

static bool share_a_moment(const struct serial_run *a, const struct serial_run *b)
{
	return a->from_ms <= b->to_ms && b->from_ms <= a->to_ms;
}

/* What b may be to a, whose serials end where those of b begin. */
static enum serial_tie tie_next(const struct serial_run *a, const struct serial_run *b)
{
	if (b->first != a->last + 1 || a->to_ms - b->to_ms > ASTRAY_MS)
		return SERIAL_APART;
	return b->from_ms - a->to_ms <= ASTRAY_MS ? SERIAL_ONE : SERIAL_NEXT;
}

enum serial_tie serial_run_tie(const struct serial_run *known, const struct serial_run *fresh)
{
	if (known->first <= fresh->last && fresh->first <= known->last)
		return share_a_moment(known, fresh) ? SERIAL_ONE : SERIAL_APART;
	return tie_next(fresh, known) == SERIAL_ONE ? SERIAL_ONE : tie_next(known, fresh);
}

void serial_run_unite(struct serial_run *into, const struct serial_run *other)
{
	into->first = MIN(into->first, other->first);
	into->last = MAX(into->last, other->last);
	into->from_ms = MIN(into->from_ms, other->from_ms);
	into->to_ms = MAX(into->to_ms, other->to_ms);
}

struct serials *serials_new(void)
{
	struct serials *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	/* Without randomness the result is the same; a hostile log may take longer. */
	if (getrandom(&s->seed, sizeof(s->seed), GRND_NONBLOCK) < 0)
		s->seed = HASH_START;
	return s;
}

void serials_free(struct serials *s)
{
	free(s);
}

void serials_clear(struct serials *s)
{
	memset(s->bucket, 0, sizeof(s->bucket));
	s->host_count = s->run_count = s->latest_host = 0;
	s->name_len = 0;
}

void serials_elsewhere(struct serials *s)
{
	s->epoch++;
}

bool serials_is_full(const struct serials *s)
{
	return s->host_count + FEED_EVENTS > SERIALS_HOSTS ||
	       s->run_count + FEED_EVENTS > SERIALS_RUNS || s->name_len + SERIALS_FEED > NAMES;
}

static inline bool is_named(const struct serials *s, const struct host *h, struct bytes node)
{
	return h->name_len == node.len &&
	       (node.len == 0 || memcmp(s->names + h->name_at, node.data, node.len) == 0);
}

static uint32_t add_host(struct serials *s, struct bytes node, uint64_t hash)
{
	uint32_t *bucket = &s->bucket[hash % BUCKETS];
	struct host *h = &s->host[++s->host_count];

	assert(s->host_count <= SERIALS_HOSTS && s->name_len + node.len <= NAMES);
	*h = (struct host){ .hash = hash, .name_at = (uint32_t)s->name_len,
			    .name_len = (uint32_t)node.len, .next = *bucket,
			    .epoch = s->epoch - 1 };
	if (node.len > 0)
		memcpy(s->names + s->name_len, node.data, node.len);
	s->name_len += node.len;
	return *bucket = s->host_count;
}

static uint32_t find_host(struct serials *s, struct bytes node)
{
	uint64_t hash = hash_bytes(s->seed, node.data, node.len);
	uint32_t at = s->bucket[hash % BUCKETS];

	while (at != 0 && !(s->host[at].hash == hash && is_named(s, &s->host[at], node)))
		at = s->host[at].next;
	return at != 0 ? at : add_host(s, node, hash);
}

/* Mostly that of the event before. */
static inline struct host *host_of(struct serials *s, struct bytes node)
{
	if (s->latest_host == 0 || !is_named(s, &s->host[s->latest_host], node))
		s->latest_host = find_host(s, node);
	return &s->host[s->latest_host];
}

/* When the log had the event: later than its own time if that is of a call that waited. */
static inline int64_t moment_of(struct serials *s, struct host *h, int64_t time_ms, int64_t serial)
{
	bool waited = time_ms < h->latest_ms && h->latest_ms - time_ms <= WAIT_MAX_MS &&
		      serial > h->now.last && serial - h->now.last <= NEAR;

	if (h->epoch != s->epoch || !waited) {
		h->epoch = s->epoch;
		h->latest_ms = time_ms;
	}
	return h->latest_ms;
}

static inline bool holds(const struct serial_run *run, int64_t time_ms, int64_t serial)
{
	return serial >= run->first && serial <= run->last && time_ms >= run->from_ms &&
	       time_ms <= run->to_ms;
}

/*
 * An event that the run at hand does not go on with: one that came late, or one
 * behind a hole. The run that it belongs to becomes the one at hand.
 */
static void add_apart(struct serials *s, struct host *h, struct serial_run event)
{
	uint32_t *at = &h->before, found = 0;

	for (unsigned i = 0; *at != 0 && i < LOOK_BACK; i++) {
		struct kept_run *kept = &s->run[*at];

		if (found == 0 && holds(&kept->run, event.from_ms, event.first))
			return;
		if (serial_run_tie(&kept->run, &event) != SERIAL_ONE) {
			at = &kept->before;
			continue;
		}
		serial_run_unite(&event, &kept->run);
		found = *at;
		*at = kept->before;
	}
	h->changed = true;
	if (h->now.first == 0) {
		h->now = event;
		return;
	}
	/* Nothing lies between what the log has one after the other. */
	if (serial_run_tie(&h->now, &event) != SERIAL_APART) {
		serial_run_unite(&h->now, &event);
		return;
	}
	if (found == 0)
		found = ++s->run_count;
	assert(found <= SERIALS_RUNS);
	s->run[found] = (struct kept_run){ h->now, h->before };
	h->before = found;
	h->now = event;
}

void serials_add(struct serials *s, struct bytes node, int64_t time_ms, uint64_t number)
{
	struct serial_run event;
	int64_t serial = (int64_t)number;
	struct host *h;

	if (number == 0 || number > SERIALS_MAX || node.len > SERIALS_NAME_MAX)
		return;
	h = host_of(s, node);
	event = (struct serial_run){ serial, serial, time_ms, moment_of(s, h, time_ms, serial) };
	if (holds(&h->now, time_ms, serial))
		return;
	if (serial == h->now.last + 1 && h->now.first != 0 &&
	    serial_run_tie(&h->now, &event) != SERIAL_APART) {
		serial_run_unite(&h->now, &event);
		h->changed = true;
	} else {
		add_apart(s, h, event);
	}
}

static int put_host(struct serials *s, struct host *h, serials_put_fn *put, void *arg,
		    struct error *err)
{
	const struct bytes node = { h->name_len ? s->names + h->name_at : NULL, h->name_len };
	size_t count = 0;

	for (uint32_t at = h->before; at != 0; at = s->run[at].before)
		s->out[count++] = s->run[at].run;
	s->out[count++] = h->now;
	h->before = 0;
	h->changed = false;
	return put(arg, node, s->out, count, err);
}

int serials_put(struct serials *s, serials_put_fn *put, void *arg, struct error *err)
{
	bool full = serials_is_full(s);
	int rc;

	for (uint32_t i = 1; i <= s->host_count; i++)
		if (s->host[i].changed && (rc = put_host(s, &s->host[i], put, arg, err)) < 0)
			return rc;
	s->run_count = 0;
	if (full)
		serials_clear(s);
	return 0;
}
