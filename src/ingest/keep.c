#include "ingest/private.h"

#include "parse/twins.h"

#include <string.h>

int ingest_begin(struct ingest *in, struct error *err)
{
	int rc;

	if (in->in_transaction)
		return 0;
	if ((rc = store_begin(in->options.store, err)) < 0)
		return rc;
	in->in_transaction = true;
	return 0;
}

/* twin: of the row that the records of in->stored were in. */
static int replace(struct ingest *in, unsigned twin, struct error *err)
{
	struct event ev;
	int rc;

	if ((rc = ingest_decode(in, &in->stored, &in->kept.refused, &ev, err)) < 0 ||
	    ev.kind == EVENT_NONE)
		return rc;
	ev.twin = twin;
	if ((rc = store_replace(in->options.store, &ev, err)) < 0)
		return rc;
	in->kept.merged++;
	return 0;
}

/*
 * Merges the records of the one event that has this id with new ones, if those add
 * something. Returns 1 if they are not of one event, or may not be (parse/twins.h).
 */
static int merge(struct ingest *in, const struct store_twin *known, const struct event *ev,
		 struct error *err)
{
	bool anchored, is_parted;
	int rc, changed;

	records_clear(&in->stored);
	if ((rc = records_add_text(&in->stored, known->raw.data, known->raw.len)) < 0)
		return error_set(err, rc, "out of memory");
	anchored = twins_anchored(&in->stored);
	if ((rc = changed = records_add_text(&in->stored, ev->raw.data, ev->raw.len)) < 0)
		return error_set(err, rc, "out of memory");
	records_sort(&in->stored);
	/* Read together with its anchor, what is loose would be so no more. */
	is_parted = changed == 0 ? known->loose.len > 0 && ev->has_syscall
				 : known->loose.len > 0 || known->interrupted || anchored != ev->has_syscall;
	if ((is_parted && in->stored.count <= TWINS_RECORDS) ||
	    (changed > 0 && !twins_agree(&in->stored)))
		return 1;
	in->kept.records_dropped += in->stored.dropped;
	if (changed == 0)
		return 0;
	pthread_mutex_lock(&in->lock);
	rc = replace(in, known->twin, err);
	pthread_mutex_unlock(&in->lock);
	return rc;
}

/* Keeps the records of an event whose id may be in the trail already. */
static int keep_records(struct ingest *in, const struct event *ev, struct error *err)
{
	const struct store_twin *known;
	int count = store_twins(in->options.store, ev, &known, err), rc = count;

	if (count == 0)
		in->kept.pruned += ev->kind != EVENT_NONE;
	if (count == 1)
		rc = merge(in, known, ev, err);
	return rc > 0 ? ingest_part(in, ev, ev->raw, err) : rc;
}

/* Records that mean nothing alone may still belong to an event that is known. */
static int keep_event(struct ingest *in, const struct event *ev, struct error *err)
{
	int rc = ev->kind == EVENT_NONE ? 0 : store_add(in->options.store, ev, err);

	if (rc == 0)
		return keep_records(in, ev, err);
	in->kept.new += rc > 0;
	return MIN(rc, 0);
}

static int keep_lines(struct ingest *in, const char *lines, size_t size, struct error *err)
{
	const char *newline = memchr(lines, '\n', size);
	struct record_head line;
	struct event id;

	if (record_head_parse(&line, lines, (size_t)(newline - lines)) != LINE_OK)
		abort();
	id = (struct event){ .host = line.node, .time_ms = line.time_ms, .serial = line.serial,
			     .daemon = line.daemon };
	if (id.host.len == 0)
		id.host = (struct bytes){ in->host, strlen(in->host) };
	return ingest_part(in, &id, (struct bytes){ lines, size }, err);
}

static int keep_serials(struct ingest *in, const struct serials_seen *seen, struct error *err)
{
	struct bytes host = { (const char *)(seen->run + seen->count), seen->node_len };

	if (host.len == 0)
		host = (struct bytes){ in->host, strlen(in->host) };
	return store_put_serials(in->options.store, host, seen->run, seen->count, err);
}

static int keep_loss(struct ingest *in, const struct noted_loss *l, struct error *err)
{
	const struct store_loss loss = {
		.host = in->host,
		.head = l->head,
		.kind = l->kind,
		.what = l->what,
		.place = l->place,
		.time_ms = l->time_ms,
		.until_ms = l->until_ms,
		.count = (int64_t)l->count,
	};

	return store_add_loss(in->options.store, &loss, err);
}

static int commit(struct ingest *in, struct error *err)
{
	int rc;

	if (in->in_transaction) {
		in->in_transaction = false;
		if ((rc = store_commit(in->options.store, err)) < 0)
			return rc;
	}
	pthread_mutex_lock(&in->lock);
	in->counts.events_new += in->kept.new;
	in->counts.events_merged += in->kept.merged;
	in->counts.events_pruned += in->kept.pruned;
	in->counts.refused += in->kept.refused;
	in->counts.records_dropped += in->kept.records_dropped;
	pthread_mutex_unlock(&in->lock);
	in->kept = (struct kept_counts){ 0 };
	return 0;
}

int ingest_keep_item(void *arg, int kind, void *item, size_t size, bool last, struct error *err)
{
	struct ingest *in = arg;
	int rc;

	(void)last;
	if (kind != ITEM_COMMIT && (rc = ingest_begin(in, err)) < 0)
		return rc;
	switch ((enum item)kind) {
	case ITEM_EVENT:
		return keep_event(in, event_unpack(item), err);
	case ITEM_LINES:
		return keep_lines(in, item, size, err);
	case ITEM_SERIALS:
		return keep_serials(in, item, err);
	case ITEM_LOSS:
		return keep_loss(in, item, err);
	case ITEM_POSITION:
		return store_put_source(in->options.store, item, err);
	case ITEM_COMMIT:
		return commit(in, err);
	}
	abort();
}
