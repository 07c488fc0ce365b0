#include "trail/private.h"

#include <assert.h>
#include <string.h>

/* The order in sql/statement/event-add.sql and event-replace.sql; X(name). */
#define EVENT_PARAMETERS(X) \
	X(host_id) X(time_ms) X(serial) X(daemon) X(kind) X(call) X(abi) X(success) X(exit) \
	X(a0) X(a1) X(a2) X(a3) X(pid) X(ppid) X(auid) X(uid) X(euid) X(gid) X(ses) \
	X(tty) X(comm) X(exe) X(keys) X(login) X(user) X(module) X(module_source) \
	X(argv) X(argv_stale) X(cwd) X(tool) X(intends) X(op) X(list) X(result) X(detail) X(records)

enum event_parameter {
	AT_NONE,	/* SQLite counts from 1 */
#define X(name) AT_ ## name,
	EVENT_PARAMETERS(X)
#undef X
};

static const char *const event_parameters[] = {
#define X(name) ":" #name,
	EVENT_PARAMETERS(X)
#undef X
	NULL
};

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
	if (ev->call != CALL_NONE) {
		sqlite3_bind_int(q, AT_call, ev->call);
		for (int i = 0; i < 4; i++)
			sqlite3_bind_int64(q, AT_a0 + i, (int64_t)ev->args[i]);
	}
	if (ev->abi != ABI_NONE)
		sqlite3_bind_int(q, AT_abi, ev->abi);
	sqlite3_bind_int(q, AT_success, ev->success);
	sqlite3_bind_int64(q, AT_exit, ev->exit);
}

static void bind_actor(sqlite3_stmt *q, const struct event *ev)
{
	bind_number(q, AT_pid, ev->pid);
	bind_number(q, AT_ppid, ev->ppid);
	bind_number(q, AT_auid, ev->auid);
	bind_number(q, AT_uid, ev->uid);
	bind_number(q, AT_euid, ev->euid);
	bind_number(q, AT_gid, ev->gid);
	bind_number(q, AT_ses, ev->ses);
	bind_bytes_at(q, AT_tty, ev->tty);
	bind_bytes_at(q, AT_comm, ev->comm);
	bind_bytes_at(q, AT_exe, ev->exe);
	bind_bytes_at(q, AT_keys, ev->keys);
	bind_bytes_at(q, AT_login, ev->login);
	bind_bytes_at(q, AT_user, ev->user);
}

static void bind_event(sqlite3_stmt *q, int64_t host_id, const struct event *ev)
{
	sqlite3_bind_int64(q, AT_host_id, host_id);
	sqlite3_bind_int64(q, AT_time_ms, ev->time_ms);
	sqlite3_bind_int64(q, AT_serial, (int64_t)ev->serial);
	sqlite3_bind_int(q, AT_daemon, ev->daemon);
	sqlite3_bind_int(q, AT_kind, ev->kind);
	bind_syscall(q, ev);
	bind_actor(q, ev);
	bind_bytes_at(q, AT_module, ev->module);
	if (ev->module_source != NAME_NONE)
		sqlite3_bind_int(q, AT_module_source, ev->module_source);
	sqlite3_bind_blob64(q, AT_argv, ev->argv.data, ev->argv.len, SQLITE_STATIC);
	sqlite3_bind_int(q, AT_argv_stale, ev->argv_stale);
	bind_bytes_at(q, AT_cwd, ev->cwd);
	bind_bytes_at(q, AT_tool, ev->tool);
	sqlite3_bind_int(q, AT_intends, ev->intends);
	bind_bytes_at(q, AT_op, ev->op);
	bind_number(q, AT_list, ev->list);
	bind_number(q, AT_result, ev->result);
	bind_bytes_at(q, AT_detail, ev->detail);
	sqlite3_bind_int64(q, AT_records, ev->records);
}

/* Runs the statement, which adds the event's row or puts it in the place of the one that is there. */
static int put_event(struct store *s, enum statement how, int64_t host_id, const struct event *ev,
		     struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement_by_number(s, how, event_parameters, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_event(q, host_id, ev);
	return store_run(s, q, err);
}

static int put_record(struct store *s, enum statement how, int64_t id, struct bytes raw,
		      struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, how, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":event_id", id);
	bind_blob(q, ":raw", (struct bytes){ raw.data ? raw.data : "", raw.len });
	return store_run(s, q, err);
}

static int64_t find_host(struct store *s, struct bytes name, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, MACHINE_FIND, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	bind_bytes(q, ":name", name);
	rc = sqlite3_step(q);
	if (rc == SQLITE_ROW)
		return sqlite3_column_int64(q, 0);
	return rc == SQLITE_DONE ? 0 : store_error(s, err);
}

static int64_t add_host(struct store *s, struct bytes name, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, MACHINE_ADD, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	bind_bytes(q, ":name", name);
	rc = store_run(s, q, err);
	return rc < 0 ? rc : sqlite3_last_insert_rowid(s->db);
}

static struct known_host *slot_of_host(struct store *s, struct bytes name)
{
	return &s->host[hash_bytes(HASH_START, name.data, name.len) % HOSTS_KNOWN];
}

static int64_t known_host(struct store *s, struct bytes name)
{
	const struct known_host *known = slot_of_host(s, name);

	return known->id != 0 && bytes_equal((struct bytes){ known->name, known->len }, name)
		       ? known->id : 0;
}

static void remember_host(struct store *s, struct bytes name, int64_t id)
{
	struct known_host *known = slot_of_host(s, name);

	if (name.len > sizeof(known->name))
		return;
	known->id = id;
	known->len = name.len;
	memcpy(known->name, name.data, name.len);
}

/* The id, 0 if the trail has no such host, or an error. */
static int64_t look_up_host(struct store *s, struct bytes name, struct error *err)
{
	int64_t id = known_host(s, name);

	if (id == 0 && (id = find_host(s, name, err)) > 0)
		remember_host(s, name, id);
	return id;
}

static struct bytes host_name(struct bytes name)
{
	return (struct bytes){ name.data != NULL ? name.data : "", name.len };
}

int64_t store_host(struct store *s, struct bytes name, struct error *err)
{
	int64_t id = look_up_host(s, host_name(name), err);

	if (id != 0)
		return id;
	id = add_host(s, host_name(name), err);
	if (id > 0)
		remember_host(s, host_name(name), id);
	return id;
}

/* The stored event of this identity. 1, or 0 if there is none. */
static int find(struct store *s, int64_t host_id, const struct event *ev, int64_t *id,
		struct touched *touched, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, EVENT_FIND, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":host_id", host_id);
	bind_int(q, ":time_ms", ev->time_ms);
	bind_int(q, ":serial", (int64_t)ev->serial);
	bind_int(q, ":daemon", ev->daemon);
	rc = sqlite3_step(q);
	if (rc == SQLITE_DONE)
		return 0;
	if (rc != SQLITE_ROW)
		return store_error(s, err);
	*id = sqlite3_column_int64(q, 0);
	*touched = (struct touched){
		.host_id = host_id,
		.pid = sqlite3_column_type(q, 2) == SQLITE_NULL ? NUM_NONE : sqlite3_column_int64(q, 2),
		.time_ms = ev->time_ms,
		.serial = (int64_t)ev->serial,
	};
	return 1;
}

/*
 * Has what correlate makes of the events around it changed by this one? id: of
 * an event that is new; 0: it was there, in another form.
 */
static int touch(struct store *s, int64_t host_id, int64_t id, const struct event *ev,
		 struct error *err)
{
	bool steps = (ev->kind == EVENT_CALL || ev->kind == EVENT_EXEC) && ev->pid != NUM_NONE;
	struct touched touched = {
		.host_id = host_id,
		.pid = steps ? ev->pid : NUM_NONE,
		.time_ms = ev->time_ms,
		.serial = (int64_t)ev->serial,
	};

	if (!steps && ev->kind != EVENT_DAEMON)
		return 0;
	return steps && id != 0 ? store_touch_fresh(s, host_id, id, ev, err)
				: store_touch(s, touched, err);
}

static int remove_link(struct store *s, int64_t id, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, LINK_REMOVE, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":event_id", id);
	return store_run(s, q, err);
}

int store_add(struct store *s, const struct event *ev, struct error *err)
{
	int64_t horizon_ms, host_id, id;
	int rc;

	assert(ev->kind != EVENT_NONE);
	if ((rc = store_recent_look(s, err)) < 0 || (rc = store_horizon(s, &horizon_ms, err)) < 0 ||
	    ev->time_ms < horizon_ms)
		return rc;
	if ((host_id = store_host(s, ev->host, err)) < 0)
		return (int)host_id;
	if ((rc = put_event(s, EVENT_ADD, host_id, ev, err)) < 0 || sqlite3_changes(s->db) == 0)
		return rc;
	id = sqlite3_last_insert_rowid(s->db);
	if ((rc = put_record(s, RECORD_ADD, id, ev->raw, err)) < 0 ||
	    (rc = store_verify_event(s, host_id, id, ev, false, err)) < 0 ||
	    (rc = touch(s, host_id, id, ev, err)) < 0)
		return rc;
	return 1;
}

int store_replace(struct store *s, const struct event *ev, struct error *err)
{
	int64_t host_id = store_host(s, ev->host, err), id;
	struct touched before;
	int rc;

	if (host_id < 0)
		return (int)host_id;
	if ((rc = find(s, host_id, ev, &id, &before, err)) < 0)
		return rc;
	assert(rc == 1);
	if ((before.pid != NUM_NONE && (rc = store_touch(s, before, err)) < 0) ||
	    (rc = put_event(s, EVENT_REPLACE, host_id, ev, err)) < 0 ||
	    (rc = put_record(s, RECORD_REPLACE, id, ev->raw, err)) < 0 ||
	    (rc = remove_link(s, id, err)) < 0 ||
	    (rc = store_verify_event(s, host_id, id, ev, true, err)) < 0)
		return rc;
	return touch(s, host_id, 0, ev, err);
}

int store_records(struct store *s, const struct event *ev, struct bytes *raw, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = NULL;
	int64_t host_id = look_up_host(s, host_name(ev->host), err);
	struct touched unused;
	struct bytes stored;
	int64_t id;
	int rc;

	if (host_id <= 0)
		return (int)host_id;
	if ((rc = find(s, host_id, ev, &id, &unused, err)) <= 0)
		return rc;
	if ((q = store_statement(s, RECORD_FIND, err)) == NULL)
		return ERR_TRAIL;
	bind_int(q, ":event_id", id);
	if (sqlite3_step(q) != SQLITE_ROW)
		return store_error(s, err);
	stored = column_bytes(q, 0);
	s->raw.len = 0;
	if ((rc = buffer_add(&s->raw, stored.data, stored.len, err)) < 0)
		return rc;
	*raw = (struct bytes){ s->raw.data ? s->raw.data : "", s->raw.len };
	return 1;
}
