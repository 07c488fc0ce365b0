#include "ingest/private.h"

#include "parse/twins.h"

#include <string.h>

/* What becomes of an event that twins_part() has made, or of a row that the trail has. */
#define NEW UINT32_MAX		/* an event without a row */

struct parting {
	struct twins twins;
	const struct event *id;
	const struct store_twin *row;
	int rows;
	unsigned at[TWINS_MAX];		/* of an event: the twin of its row, or NEW */
	bool same[TWINS_MAX];		/* of an event: the row has it already */
	bool taken[TWINS_MAX];		/* of a twin: some event has its row */
};

static void parting_freep(struct parting **p)
{
	if (*p != NULL)
		twins_release(&(*p)->twins);
	free(*p);
}

static int out_of_memory(struct error *err)
{
	return error_set(err, ERR_NOMEM, "out of memory");
}

static int read_all(struct parting *p, struct bytes text, struct error *err)
{
	for (int i = 0; i < p->rows; i++)
		if (twins_add_event(&p->twins, p->row[i].raw, p->row[i].loose, p->row[i].interrupted) < 0)
			return out_of_memory(err);
	if (twins_add_text(&p->twins, text) < 0 || twins_part(&p->twins) < 0)
		return out_of_memory(err);
	return 0;
}

static int text_of(struct records *set, struct bytes *text, struct error *err)
{
	text->data = records_text(set, &text->len);
	return text->data == NULL ? out_of_memory(err) : 0;
}

/* 1: the row has the event as it is. */
static int is_same(struct twin *event, const struct store_twin *row, struct error *err)
{
	struct bytes set, loose;
	int rc;

	if ((rc = text_of(&event->set, &set, err)) < 0 || (rc = text_of(&event->loose, &loose, err)) < 0)
		return rc;
	return event->interrupted == row->interrupted && bytes_equal(set, row->raw) &&
	       bytes_equal(loose, row->loose);
}

/* Has the event the row's first record, which is its anchor if it has one? */
static bool goes_on(const struct twin *event, const struct store_twin *row)
{
	const char *newline = memchr(row->raw.data, '\n', row->raw.len);
	struct record_head line;

	return newline != NULL &&
	       record_head_parse(&line, row->raw.data, (size_t)(newline - row->raw.data)) == LINE_OK &&
	       records_hold(&event->set, &line);
}

static void give(struct parting *p, size_t event, int row)
{
	p->at[event] = p->row[row].twin;
	p->taken[p->row[row].twin] = true;
}

/* Which event is to have which row: as it stands, else by its first record, else any. */
static int assign(struct parting *p, struct error *err)
{
	struct twins *t = &p->twins;
	int rc;

	for (size_t i = 0; i < t->count; i++)
		p->at[i] = NEW;
	for (size_t i = 0; i < t->count; i++)
		for (int k = 0; k < p->rows && p->at[i] == NEW; k++) {
			if (p->taken[p->row[k].twin])
				continue;
			if ((rc = is_same(&t->event[i], &p->row[k], err)) < 0)
				return rc;
			p->same[i] = rc > 0;
			if (rc > 0)
				give(p, i, k);
		}
	for (int any = 0; any <= 1; any++)
		for (size_t i = 0; i < t->count; i++)
			for (int k = 0; k < p->rows && p->at[i] == NEW; k++)
				if (!p->taken[p->row[k].twin] && (any || goes_on(&t->event[i], &p->row[k])))
					give(p, i, k);
	return 0;
}

/* The lowest number that no event has: TWINS_MAX events have as many. */
static unsigned free_twin(struct parting *p)
{
	unsigned twin = 0;

	while (twin < TWINS_MAX - 1 && p->taken[twin])
		twin++;
	p->taken[twin] = true;
	return twin;
}

static int write_event(struct ingest *in, struct parting *p, size_t i, struct event *ev,
		       struct error *err)
{
	bool is_new = p->at[i] == NEW;
	int rc;

	ev->twin = is_new ? free_twin(p) : p->at[i];
	ev->interrupted = p->twins.event[i].interrupted;
	if ((rc = text_of(&p->twins.event[i].loose, &ev->loose, err)) < 0)
		return rc;
	rc = is_new ? store_add(in->options.store, ev, err) : store_replace(in->options.store, ev, err);
	if (rc < 0)
		return rc;
	in->kept.new += is_new && rc > 0;
	in->kept.pruned += is_new && rc == 0;
	in->kept.merged += !is_new;
	return 0;
}

static int write_events(struct ingest *in, struct parting *p, struct error *err)
{
	struct event ev;
	int rc;

	for (size_t i = 0; i < p->twins.count; i++) {
		if (p->same[i])
			continue;
		if ((rc = ingest_decode(in, &p->twins.event[i].set, &in->kept.refused, &ev, err)) < 0 ||
		    (ev.kind != EVENT_NONE && (rc = write_event(in, p, i, &ev, err)) < 0))
			return rc;
	}
	return 0;
}

/* Rows of which nothing is left, from the last on: each is replaced by the one behind all. */
static int remove_rest(struct ingest *in, struct parting *p, struct error *err)
{
	int rc;

	for (int k = p->rows; k-- > 0; ) {
		struct event ev = *p->id;
		unsigned last = TWINS_MAX;

		if (p->taken[p->row[k].twin])
			continue;
		ev.twin = p->row[k].twin;
		while (last-- > ev.twin + 1 && !p->taken[last])
			;
		if ((rc = store_remove(in->options.store, &ev, last, err)) < 0)
			return rc;
		p->taken[last] = false;
		p->taken[ev.twin] = last > ev.twin;
	}
	return 0;
}

int ingest_part(struct ingest *in, const struct event *id, struct bytes text, struct error *err)
{
	AUTO(parting_freep) struct parting *p = calloc(1, sizeof(*p));
	int rc;

	if (p == NULL)
		return out_of_memory(err);
	p->id = id;
	twins_init(&p->twins);
	if ((p->rows = store_twins(in->options.store, id, &p->row, err)) < 0)
		return p->rows;
	if ((rc = read_all(p, text, err)) < 0)
		return rc;
	in->kept.records_dropped += p->twins.dropped;
	in->kept.left_out += p->twins.left_out;
	if ((rc = assign(p, err)) < 0)
		return rc;
	pthread_mutex_lock(&in->lock);
	rc = write_events(in, p, err);
	pthread_mutex_unlock(&in->lock);
	return rc < 0 ? rc : remove_rest(in, p, err);
}
