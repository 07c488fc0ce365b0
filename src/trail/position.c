#include "trail/private.h"

#include <string.h>

static struct bytes text(const char *string)
{
	return (struct bytes){ string, strlen(string) };
}

int store_put_source(struct store *s, const struct store_source *source, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t host_id = store_host(s, text(source->host), err);
	int rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = query_open(&q, s, sql_source_put, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "head", (int64_t)source->checkpoint.head);
	query_bind_text(q, "path", source->path);
	query_bind_int(q, "offset", (int64_t)source->checkpoint.offset);
	query_bind_int(q, "tail", (int64_t)source->checkpoint.tail);
	query_bind_int(q, "size", source->size);
	query_bind_int(q, "updated_ms", source->updated_ms);
	return query_run(q, err);
}

int store_lookup(void *arg, const char *host, uint64_t head, struct checkpoint *out, size_t max,
		 struct error *err)
{
	struct store *s = arg;
	AUTO(query_closep) struct query *q = NULL;
	int count = 0, rc;

	if ((rc = query_open(&q, s, sql_source_find, err)) < 0)
		return rc;
	query_bind_text(q, "name", host);
	query_bind_int(q, "head", (int64_t)head);
	query_bind_int(q, "max", (int64_t)max);
	while ((rc = query_step(q, err)) > 0)
		out[count++] = (struct checkpoint){
			.head = head,
			.offset = (uint64_t)query_int(q, 0),
			.tail = (uint64_t)query_int(q, 1),
		};
	return rc < 0 ? rc : count;
}

int64_t store_source_size(struct store *s, const char *host, uint64_t head, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_source_size, err)) < 0)
		return rc;
	query_bind_text(q, "name", host);
	query_bind_int(q, "head", (int64_t)head);
	rc = query_step(q, err);
	return rc > 0 ? query_int(q, 0) : rc;
}

int store_add_loss(struct store *s, const struct store_loss *loss, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t host_id = store_host(s, text(loss->host), err);
	int rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = query_open(&q, s, sql_loss_add, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", host_id);
	query_bind_int(q, "head", (int64_t)loss->head);
	query_bind_int(q, "kind", loss->kind);
	query_bind_text(q, "place", loss->place);
	query_bind_text(q, "what", loss->what);
	query_bind_int(q, "time_ms", loss->time_ms);
	if (loss->until_ms != NUM_NONE)
		query_bind_int(q, "until_ms", loss->until_ms);
	query_bind_int(q, "count", loss->count);
	if ((rc = query_run(q, err)) < 0 || loss->kind == LOSS_PARSER_DROP)
		return rc;
	return store_news(s, host_id, loss->time_ms, false, err);
}

int store_forget_losses(struct store *s, const char *host, uint64_t head, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_loss_forget, err)) < 0)
		return rc;
	query_bind_text(q, "name", host);
	query_bind_int(q, "head", (int64_t)head);
	return query_run(q, err);
}
