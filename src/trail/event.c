#include "trail/private.h"

#include <assert.h>
#include <string.h>

/* The parameters of event-add.sql and of event-replace.sql, which are the same. */
#define AT(name) sql_event_add_ ## name

/* What is not bound stays NULL. */
static void bind_number(sqlite3_stmt *q, int at, int64_t value)
{
	if (value != NUM_NONE)
		sqlite3_bind_int64(q, at, value);
}

static void bind_syscall(sqlite3_stmt *q, const struct event *ev)
{
	if (!ev->has_syscall)
		return;
	bind_number(q, AT(arch), ev->arch);
	bind_bytes_at(q, AT(syscall), ev->syscall);
	if (ev->call != CALL_NONE) {
		sqlite3_bind_int(q, AT(call), ev->call);
		for (int i = 0; i < 4; i++)
			sqlite3_bind_int64(q, AT(a0) + i, (int64_t)ev->args[i]);
	}
	if (ev->abi != ABI_NONE)
		sqlite3_bind_int(q, AT(abi), ev->abi);
	sqlite3_bind_int(q, AT(success), ev->success);
	sqlite3_bind_int64(q, AT(exit), ev->exit);
}

static void bind_actor(sqlite3_stmt *q, const struct event *ev)
{
	bind_number(q, AT(pid), ev->pid);
	bind_number(q, AT(ppid), ev->ppid);
	bind_number(q, AT(auid), ev->auid);
	bind_number(q, AT(uid), ev->uid);
	bind_number(q, AT(euid), ev->euid);
	bind_number(q, AT(gid), ev->gid);
	bind_number(q, AT(ses), ev->ses);
	bind_bytes_at(q, AT(tty), ev->tty);
	bind_bytes_at(q, AT(comm), ev->comm);
	bind_bytes_at(q, AT(exe), ev->exe);
	bind_bytes_at(q, AT(keys), ev->keys);
	bind_bytes_at(q, AT(login), ev->login);
	bind_bytes_at(q, AT(user), ev->user);
}

static void bind_event(sqlite3_stmt *q, int64_t host_id, const struct event *ev)
{
	sqlite3_bind_int64(q, AT(host_id), host_id);
	sqlite3_bind_int64(q, AT(time_ms), ev->time_ms);
	sqlite3_bind_int64(q, AT(serial), (int64_t)ev->serial);
	sqlite3_bind_int(q, AT(daemon), ev->daemon);
	sqlite3_bind_int(q, AT(kind), ev->kind);
	bind_syscall(q, ev);
	bind_actor(q, ev);
	bind_bytes_at(q, AT(module), ev->module);
	if (ev->module_source != NAME_NONE)
		sqlite3_bind_int(q, AT(module_source), ev->module_source);
	sqlite3_bind_blob64(q, AT(argv), ev->argv.data, ev->argv.len, SQLITE_STATIC);
	sqlite3_bind_int(q, AT(argv_stale), ev->argv_stale);
	bind_bytes_at(q, AT(cwd), ev->cwd);
	bind_bytes_at(q, AT(path), ev->path);
	bind_bytes_at(q, AT(tool), ev->tool);
	sqlite3_bind_int(q, AT(intends), ev->intends);
	bind_bytes_at(q, AT(op), ev->op);
	bind_number(q, AT(list), ev->list);
	bind_number(q, AT(result), ev->result);
	bind_bytes_at(q, AT(detail), ev->detail);
	sqlite3_bind_int64(q, AT(records), ev->records);
	sqlite3_bind_int64(q, AT(twin), ev->twin);
}

/*
 * Runs the statement, which adds the event's row, or puts it in the place of the one that is
 * there. id 0: the next one.
 */
static int put_event(struct store *s, enum statement how, int64_t id, int64_t host_id,
		     const struct event *ev, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, how, err)) < 0)
		return rc;
	bind_event(q->q, host_id, ev);
	if (id != 0)
		sqlite3_bind_int64(q->q, AT(id), id);
	return query_run(q, err);
}

static int put_record(struct store *s, enum statement how, int64_t id, const struct event *ev,
		      struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	struct bytes raw = ev->raw, loose = ev->loose;
	int rc;

	if ((rc = query_open(&q, s, how, err)) < 0)
		return rc;
	sqlite3_bind_int64(q->q, sql_record_add_event_id, id);
	sqlite3_bind_blob64(q->q, sql_record_add_raw, raw.data ? raw.data : "", raw.len, SQLITE_STATIC);
	if (loose.len > 0)
		sqlite3_bind_blob64(q->q, sql_record_add_loose, loose.data, loose.len, SQLITE_STATIC);
	if (ev->interrupted)
		sqlite3_bind_int(q->q, sql_record_add_interrupted, 1);
	return query_run(q, err);
}

static int64_t find_host(struct store *s, struct bytes name, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_machine_find, err)) < 0)
		return rc;
	query_bind_bytes(q, "name", name);
	rc = query_step(q, err);
	return rc > 0 ? query_int(q, 0) : rc;
}

static int64_t add_host(struct store *s, struct bytes name, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_machine_add, err)) < 0)
		return rc;
	query_bind_bytes(q, "name", name);
	rc = query_run(q, err);
	return rc < 0 ? rc : sqlite3_last_insert_rowid(s->db);
}

static int remember_host(struct store *s, struct bytes name, int64_t id, struct error *err)
{
	int rc;

	s->host_id = 0;
	s->host_name.len = 0;
	if ((rc = buffer_add(&s->host_name, name.data, name.len, err)) < 0)
		return rc;
	s->host_id = id;
	return 0;
}

/* add: made if the trail does not have it. Returns the id, 0 for none, or an error. */
static int64_t look_up_host(struct store *s, struct bytes name, bool add, struct error *err)
{
	struct bytes last = { s->host_name.data, s->host_name.len };
	int64_t id;
	int rc;

	if (name.data == NULL)
		name.data = "";
	if (s->host_id != 0 && bytes_equal(last, name))
		return s->host_id;
	if ((id = find_host(s, name, err)) == 0 && add)
		id = add_host(s, name, err);
	return id > 0 && (rc = remember_host(s, name, id, err)) < 0 ? rc : id;
}

int64_t store_host(struct store *s, struct bytes name, struct error *err)
{
	return look_up_host(s, name, true, err);
}

/* Columns of event-find.sql. */
enum { ID, PID, TWIN, RAW, LOOSE, INTERRUPTED };

/* The stored events of this id. */
static int open_find(struct query **q, struct store *s, int64_t host_id, const struct event *ev,
		     struct error *err)
{
	int rc = query_open(q, s, sql_event_find, err);

	if (rc < 0)
		return rc;
	query_bind_int(*q, "host_id", host_id);
	query_bind_int(*q, "time_ms", ev->time_ms);
	query_bind_int(*q, "serial", (int64_t)ev->serial);
	query_bind_int(*q, "daemon", ev->daemon);
	return 0;
}

/* The stored event of this id and twin, which exists. */
static int find(struct store *s, int64_t host_id, const struct event *ev, int64_t *id,
		struct change *change, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = open_find(&q, s, host_id, ev, err)) < 0)
		return rc;
	do {
		if ((rc = query_step(q, err)) < 0)
			return rc;
		assert(rc == 1);
	} while (query_int(q, TWIN) != ev->twin);
	*id = query_int(q, ID);
	*change = (struct change){
		.host_id = host_id,
		.pid = query_number(q, PID),
		.time_ms = ev->time_ms,
		.serial = (int64_t)ev->serial,
	};
	return 0;
}

/*
 * Has what correlate makes of the events around it changed by this one? id: of
 * an event that is new; 0: it was there, in another form.
 */
static int note_change(struct store *s, int64_t host_id, int64_t id, const struct event *ev,
		 struct error *err)
{
	bool steps = (ev->kind == EVENT_CALL || ev->kind == EVENT_EXEC) && ev->pid != NUM_NONE;
	struct change change = {
		.host_id = host_id,
		.pid = steps ? ev->pid : NUM_NONE,
		.time_ms = ev->time_ms,
		.serial = (int64_t)ev->serial,
	};

	if (!steps && ev->kind != EVENT_DAEMON)
		return 0;
	return steps && id != 0 ? store_note_added(s, host_id, id, ev, err)
				: store_note_change(s, change, err);
}

/* Before the horizon: was it pruned, or is there another of its id, which may have lost its first? */
static int is_gone(struct store *s, const struct event *ev, struct error *err)
{
	int64_t host_id = look_up_host(s, ev->host, false, err);
	const struct store_twin *twins;
	int rc;

	if (host_id <= 0)
		return (int)host_id;
	if ((rc = store_was_pruned(s, host_id, ev, err)) != 0 || ev->twin != 0)
		return rc;
	return store_twins(s, ev, &twins, err);
}

int store_add_as(struct store *s, int64_t id, const struct event *ev, struct error *err)
{
	int64_t horizon_ms, host_id;
	bool late;
	int rc;

	assert(ev->kind != EVENT_NONE);
	if ((rc = store_recent_look(s, err)) < 0 || (rc = store_horizon(s, &horizon_ms, err)) < 0)
		return rc;
	late = ev->time_ms < horizon_ms;
	if (late && (rc = is_gone(s, ev, err)) != 0)
		return MIN(rc, 0);
	if ((host_id = store_host(s, ev->host, err)) < 0)
		return (int)host_id;
	if ((rc = put_event(s, sql_event_add, id, host_id, ev, err)) < 0 || sqlite3_changes(s->db) == 0)
		return rc;
	id = sqlite3_last_insert_rowid(s->db);
	if ((rc = put_record(s, sql_record_add, id, ev, err)) < 0 ||
	    (rc = store_verify_event(s, host_id, id, ev, false, err)) < 0 ||
	    (rc = note_change(s, host_id, id, ev, err)) < 0 ||
	    (late && (rc = store_add_late(s, id, err)) < 0))
		return rc;
	return 1;
}

int store_add(struct store *s, const struct event *ev, struct error *err)
{
	return store_add_as(s, 0, ev, err);
}

int store_replace(struct store *s, const struct event *ev, struct error *err)
{
	int64_t host_id = store_host(s, ev->host, err), id;
	struct change before;
	int rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = find(s, host_id, ev, &id, &before, err)) < 0)
		return rc;
	if ((before.pid != NUM_NONE && (rc = store_note_change(s, before, err)) < 0) ||
	    (rc = put_event(s, sql_event_replace, id, host_id, ev, err)) < 0 ||
	    (rc = put_record(s, sql_record_replace, id, ev, err)) < 0 ||
	    (rc = query_run_with(s, sql_link_remove, "event_id", id, err)) < 0 ||
	    (rc = store_verify_event(s, host_id, id, ev, true, err)) < 0)
		return rc;
	return note_change(s, host_id, 0, ev, err);
}

/* Its steps are joined anew, and so is what a start of auditd parts. */
static int note_removed(struct store *s, const struct change *before, struct error *err)
{
	int rc = store_note_change(s, *before, err);

	return rc < 0 ? rc : store_news(s, before->host_id, before->time_ms, true, err);
}

static int number_row(struct store *s, int64_t id, unsigned twin, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_event_twin, err)) < 0)
		return rc;
	query_bind_int(q, "id", id);
	query_bind_int(q, "twin", twin);
	return query_run(q, err);
}

int store_remove(struct store *s, const struct event *ev, unsigned last, struct error *err)
{
	int64_t host_id = store_host(s, ev->host, err), id;
	struct event at_end = *ev;
	struct change before;
	int rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = find(s, host_id, ev, &id, &before, err)) < 0 ||
	    (rc = note_removed(s, &before, err)) < 0 || (rc = store_remove_row(s, id, err)) < 0 ||
	    (rc = store_add_gap(s, id, id, err)) < 0 || last == ev->twin)
		return rc;
	at_end.twin = last;
	if ((rc = find(s, host_id, &at_end, &id, &before, err)) < 0)
		return rc;
	return number_row(s, id, ev->twin, err);
}

/* Adds a text of a row to the buffer, and says how long it is. */
static int keep_text(struct store *s, const struct query *q, int column, struct bytes *out,
		     struct error *err)
{
	struct bytes text = query_text(q, column);

	out->len = text.len;
	return buffer_add(&s->raw, text.data, text.len, err);
}

static int read_twin(struct store *s, const struct query *q, size_t i, struct error *err)
{
	struct store_twin *twin;
	int rc;

	if ((rc = array_grow(&s->twins, &s->twin_cap, i + 1, sizeof(*twin), err)) < 0)
		return rc;
	twin = &s->twins[i];
	*twin = (struct store_twin){ .twin = (unsigned)query_int(q, TWIN),
				     .interrupted = !query_is_null(q, INTERRUPTED) };
	if ((rc = keep_text(s, q, RAW, &twin->raw, err)) < 0)
		return rc;
	return keep_text(s, q, LOOSE, &twin->loose, err);
}

/* Now that the buffer has its final place. */
static void settle_texts(struct store *s, size_t count)
{
	const char *at = s->raw.data ? s->raw.data : "";

	for (size_t i = 0; i < count; i++) {
		s->twins[i].raw.data = at;
		s->twins[i].loose.data = at += s->twins[i].raw.len;
		at += s->twins[i].loose.len;
	}
}

int store_twins(struct store *s, const struct event *ev, const struct store_twin **twins,
		struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t host_id = look_up_host(s, ev->host, false, err);
	int count = 0, rc;

	if (host_id <= 0)
		return (int)host_id;
	if ((rc = open_find(&q, s, host_id, ev, err)) < 0)
		return rc;
	s->raw.len = 0;
	while ((rc = query_step(q, err)) > 0)
		if ((rc = read_twin(s, q, (size_t)count++, err)) < 0)
			return rc;
	settle_texts(s, (size_t)count);
	*twins = s->twins;
	return rc < 0 ? rc : count;
}
