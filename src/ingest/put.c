#include "ingest/private.h"

#include <string.h>

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

int ingest_put(struct ingest *in, enum item kind, const void *item, size_t size, struct error *err)
{
	void *room = queue_reserve(in->queue, kind, size, err);

	if (room == NULL)
		return ERR_NOMEM;
	if (size > 0)
		memcpy(room, item, size);
	return kind == ITEM_COMMIT ? queue_flush(in->queue, err) : queue_push(in->queue, err);
}

/* Decodes what is fresh, and packs the event into the queue. */
static int pack_fresh(struct ingest *in, struct error *err)
{
	struct event ev;
	void *item;
	int rc;

	if ((rc = ingest_decode(in, &in->fresh, &in->counts.refused, &ev, err)) < 0)
		return rc;
	item = queue_reserve(in->queue, ITEM_EVENT, event_packed_size(&ev), err);
	if (item == NULL)
		return ERR_NOMEM;
	event_pack(&ev, item);
	return 0;
}

int ingest_put_fragment(void *arg, const struct fragment *fragment, struct error *err)
{
	struct ingest *in = arg;
	int rc;

	in->batch_fragments++;
	records_clear(&in->fresh);
	for (size_t i = 0; i < fragment->count; i++) {
		in->batch_kept += fragment->lines[i].len;
		if ((rc = records_add(&in->fresh, fragment->lines[i].data, fragment->lines[i].len)) < 0)
			return error_set(err, rc, "out of memory");
	}
	if (in->fresh.count == 0)
		return 0;
	pthread_mutex_lock(&in->lock);
	in->counts.records_dropped += in->fresh.dropped;
	rc = pack_fresh(in, err);
	pthread_mutex_unlock(&in->lock);
	return rc < 0 ? rc : queue_push(in->queue, err);
}

int ingest_put_runs(void *arg, struct bytes node, const struct serial_run *runs, size_t count,
		    struct error *err)
{
	struct ingest *in = arg;
	size_t size = count * sizeof(*runs);
	struct serials_seen *seen = queue_reserve(in->queue, ITEM_SERIALS,
						  sizeof(*seen) + size + node.len, err);

	if (seen == NULL)
		return ERR_NOMEM;
	*seen = (struct serials_seen){ .count = count, .node_len = node.len };
	memcpy(seen->run, runs, size);
	if (node.len > 0)
		memcpy((char *)seen->run + size, node.data, node.len);
	return queue_push(in->queue, err);
}

int ingest_put_commit(struct ingest *in, struct error *err)
{
	return ingest_put(in, ITEM_COMMIT, NULL, 0, err);
}

int ingest_settle(struct ingest *in, struct error *err)
{
	return queue_drain(in->queue, err);
}
