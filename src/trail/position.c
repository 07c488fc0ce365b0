#include "trail/private.h"

#include <string.h>

static struct bytes text(const char *string)
{
	return (struct bytes){ string, strlen(string) };
}

int store_put_source(struct store *s, const struct store_source *source, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = NULL;
	int64_t host_id = store_host(s, text(source->host), err);

	if (host_id < 0)
		return (int)host_id;
	if ((q = store_statement(s, SOURCE_PUT, err)) == NULL)
		return ERR_TRAIL;
	bind_int(q, ":host_id", host_id);
	bind_int(q, ":head", (int64_t)source->checkpoint.head);
	bind_bytes(q, ":path", text(source->path));
	bind_int(q, ":offset", (int64_t)source->checkpoint.offset);
	bind_int(q, ":tail", (int64_t)source->checkpoint.tail);
	bind_int(q, ":size", source->size);
	bind_int(q, ":updated_ms", source->updated_ms);
	return store_run(s, q, err);
}

int store_lookup(void *arg, const char *host, uint64_t head, struct checkpoint *out, size_t max,
		 struct error *err)
{
	struct store *s = arg;
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, SOURCE_FIND, err);
	int count = 0, step;

	if (q == NULL)
		return ERR_TRAIL;
	bind_bytes(q, ":name", text(host));
	bind_int(q, ":head", (int64_t)head);
	bind_int(q, ":max", (int64_t)max);
	while ((step = sqlite3_step(q)) == SQLITE_ROW)
		out[count++] = (struct checkpoint){
			.head = head,
			.offset = (uint64_t)sqlite3_column_int64(q, 0),
			.tail = (uint64_t)sqlite3_column_int64(q, 1),
		};
	return step == SQLITE_DONE ? count : store_error(s, err);
}

int64_t store_source_size(struct store *s, const char *host, uint64_t head, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, SOURCE_SIZE, err);
	int step;

	if (q == NULL)
		return ERR_TRAIL;
	bind_bytes(q, ":name", text(host));
	bind_int(q, ":head", (int64_t)head);
	if ((step = sqlite3_step(q)) == SQLITE_ROW)
		return sqlite3_column_int64(q, 0);
	return step == SQLITE_DONE ? 0 : store_error(s, err);
}

int store_add_loss(struct store *s, const struct store_loss *loss, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = NULL;
	int64_t host_id = store_host(s, text(loss->host), err), horizon_ms;
	int rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = store_horizon(s, &horizon_ms, err)) < 0 || loss->time_ms < horizon_ms)
		return rc;
	if ((q = store_statement(s, LOSS_ADD, err)) == NULL)
		return ERR_TRAIL;
	bind_int(q, ":host_id", host_id);
	bind_int(q, ":head", (int64_t)loss->head);
	bind_int(q, ":kind", loss->kind);
	bind_bytes(q, ":place", text(loss->place));
	bind_bytes(q, ":what", text(loss->what));
	bind_int(q, ":time_ms", loss->time_ms);
	if (loss->until_ms != NUM_NONE)
		bind_int(q, ":until_ms", loss->until_ms);
	bind_int(q, ":count", loss->count);
	if ((rc = store_run(s, q, err)) < 0 || loss->kind == LOSS_PARSER_DROP)
		return rc;
	return store_news(s, host_id, loss->time_ms, false, err);
}

int store_forget_losses(struct store *s, const char *host, uint64_t head, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, LOSS_FORGET, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_bytes(q, ":name", text(host));
	bind_int(q, ":head", (int64_t)head);
	return store_run(s, q, err);
}
