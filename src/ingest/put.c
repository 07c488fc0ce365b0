#include "ingest/private.h"

#include "parse/twins.h"

#include <string.h>

/*
 * The records of one event stand together, but for those of others that the kernel
 * writes at the same time. Behind so many bytes the same id is another event's.
 */
#define PAUSE 65536

int ingest_decode(struct ingest *in, struct records *set, uint64_t *refused, struct event *ev,
		  struct error *err)
{
	int rc;

	records_sort(set);
	rc = decode(in->decoder, set, in->host, ev, err);
	if (rc == ERR_INPUT) {
		(*refused)++;
		return 0;
	}
	if (rc == 0 && ev->login.data == NULL && in->local && ev->auid != NUM_NONE)
		rc = login_name(&in->logins, ev->auid, &ev->login, err);
	return rc;
}

/* Decodes the records at hand, and packs the event into the queue of the keeper. */
static int pack_event(struct ingest *in, struct error *err)
{
	struct event ev;
	void *item;
	int rc;

	if ((rc = ingest_decode(in, &in->fresh, &in->counts.refused, &ev, err)) < 0)
		return rc;
	item = queue_reserve(in->items, ITEM_EVENT, event_packed_size(&ev), err);
	if (item == NULL)
		return ERR_NOMEM;
	event_pack(&ev, item);
	return 0;
}

/* Lines that are not of one event: what they are depends on what the trail has of their id. */
static int pass_on(struct ingest *in, const void *lines, size_t size, struct error *err)
{
	void *item = queue_reserve(in->items, ITEM_LINES, size, err);

	if (item == NULL)
		return ERR_NOMEM;
	memcpy(item, lines, size);
	return queue_push(in->items, err);
}

int ingest_decode_fragment(void *arg, int kind, void *lines, size_t size, bool last,
			   struct error *err)
{
	struct ingest *in = arg;
	int rc;

	(void)kind;
	(void)last;
	records_clear(&in->fresh);
	if ((rc = records_add_text(&in->fresh, lines, size)) < 0)
		return error_set(err, rc, "out of memory");
	if (in->fresh.count == 0)
		return 0;
	records_sort(&in->fresh);
	if (!twins_agree(&in->fresh))
		return pass_on(in, lines, size, err);
	pthread_mutex_lock(&in->lock);
	in->counts.records_dropped += in->fresh.dropped;
	rc = pack_event(in, err);
	pthread_mutex_unlock(&in->lock);
	return rc < 0 ? rc : queue_push(in->items, err);
}

/* Is there a pause before line i? Then an empty line is put between them. */
static bool is_apart(const struct fragment *f, size_t i)
{
	return i > 0 && f->lines[i].data - f->lines[i - 1].data > PAUSE;
}

int ingest_put_fragment(void *arg, const struct fragment *fragment, struct error *err)
{
	struct ingest *in = arg;
	size_t size = fragment->count;
	char *text;

	for (size_t i = 0; i < fragment->count; i++)
		size += fragment->lines[i].len + is_apart(fragment, i);
	if ((text = queue_reserve(in->fragments, 0, size, err)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < fragment->count; i++) {
		if (is_apart(fragment, i))
			*text++ = '\n';
		text = mempcpy(text, fragment->lines[i].data, fragment->lines[i].len);
		*text++ = '\n';
	}
	in->batch_fragments++;
	in->batch_kept += size;
	return queue_push(in->fragments, err);
}

int ingest_put(struct ingest *in, enum item kind, const void *item, size_t size, struct error *err)
{
	void *room;
	int rc;

	if ((rc = queue_drain(in->fragments, err)) < 0)
		return rc;
	if ((room = queue_reserve(in->items, kind, size, err)) == NULL)
		return ERR_NOMEM;
	if (size > 0)
		memcpy(room, item, size);
	return kind == ITEM_COMMIT ? queue_flush(in->items, err) : queue_push(in->items, err);
}

int ingest_put_runs(void *arg, struct bytes node, const struct serial_run *runs, size_t count,
		    struct error *err)
{
	struct ingest *in = arg;
	size_t size = count * sizeof(*runs);
	struct serials_seen *seen;
	int rc;

	if ((rc = queue_drain(in->fragments, err)) < 0)
		return rc;
	seen = queue_reserve(in->items, ITEM_SERIALS, sizeof(*seen) + size + node.len, err);
	if (seen == NULL)
		return ERR_NOMEM;
	*seen = (struct serials_seen){ .count = count, .node_len = node.len };
	memcpy(seen->run, runs, size);
	if (node.len > 0)
		memcpy((char *)seen->run + size, node.data, node.len);
	return queue_push(in->items, err);
}

int ingest_put_commit(struct ingest *in, struct error *err)
{
	return ingest_put(in, ITEM_COMMIT, NULL, 0, err);
}

int ingest_settle(struct ingest *in, struct error *err)
{
	int rc = queue_drain(in->fragments, err);

	return rc < 0 ? rc : queue_drain(in->items, err);
}
