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

/* Of record-add.sql and record-replace.sql. */
enum { AT_RAW = 1, AT_EVENT_ID };
static const char *const record_parameters[] = { ":raw", ":event_id", NULL };

/* What goes into the tables event and record. */
struct row {
	const struct event *ev;
	size_t at;		/* of those that are added together */
	int64_t host_id;
	int64_t id;		/* once SQLite has given it, for record */
};

/* What is not bound stays NULL. */
static void bind_number(sqlite3_stmt *q, int at, int64_t value)
{
	if (value != NUM_NONE)
		sqlite3_bind_int64(q, at, value);
}

static void bind_syscall(sqlite3_stmt *q, int before, const struct event *ev)
{
	if (!ev->has_syscall)
		return;
	if (ev->call != CALL_NONE) {
		sqlite3_bind_int(q, before + AT_call, ev->call);
		for (int i = 0; i < 4; i++)
			sqlite3_bind_int64(q, before + AT_a0 + i, (int64_t)ev->args[i]);
	}
	if (ev->abi != ABI_NONE)
		sqlite3_bind_int(q, before + AT_abi, ev->abi);
	sqlite3_bind_int(q, before + AT_success, ev->success);
	sqlite3_bind_int64(q, before + AT_exit, ev->exit);
}

static void bind_actor(sqlite3_stmt *q, int before, const struct event *ev)
{
	bind_number(q, before + AT_pid, ev->pid);
	bind_number(q, before + AT_ppid, ev->ppid);
	bind_number(q, before + AT_auid, ev->auid);
	bind_number(q, before + AT_uid, ev->uid);
	bind_number(q, before + AT_euid, ev->euid);
	bind_number(q, before + AT_gid, ev->gid);
	bind_number(q, before + AT_ses, ev->ses);
	bind_bytes_at(q, before + AT_tty, ev->tty);
	bind_bytes_at(q, before + AT_comm, ev->comm);
	bind_bytes_at(q, before + AT_exe, ev->exe);
	bind_bytes_at(q, before + AT_keys, ev->keys);
	bind_bytes_at(q, before + AT_login, ev->login);
	bind_bytes_at(q, before + AT_user, ev->user);
}

static void bind_event(sqlite3_stmt *q, int before, const void *item)
{
	const struct row *row = item;
	const struct event *ev = row->ev;

	sqlite3_bind_int64(q, before + AT_host_id, row->host_id);
	sqlite3_bind_int64(q, before + AT_time_ms, ev->time_ms);
	sqlite3_bind_int64(q, before + AT_serial, (int64_t)ev->serial);
	sqlite3_bind_int(q, before + AT_daemon, ev->daemon);
	sqlite3_bind_int(q, before + AT_kind, ev->kind);
	bind_syscall(q, before, ev);
	bind_actor(q, before, ev);
	bind_bytes_at(q, before + AT_module, ev->module);
	if (ev->module_source != NAME_NONE)
		sqlite3_bind_int(q, before + AT_module_source, ev->module_source);
	sqlite3_bind_blob64(q, before + AT_argv, ev->argv.data, ev->argv.len, SQLITE_STATIC);
	sqlite3_bind_int(q, before + AT_argv_stale, ev->argv_stale);
	bind_bytes_at(q, before + AT_cwd, ev->cwd);
	bind_bytes_at(q, before + AT_tool, ev->tool);
	sqlite3_bind_int(q, before + AT_intends, ev->intends);
	bind_bytes_at(q, before + AT_op, ev->op);
	bind_number(q, before + AT_list, ev->list);
	bind_number(q, before + AT_result, ev->result);
	bind_bytes_at(q, before + AT_detail, ev->detail);
	sqlite3_bind_int64(q, before + AT_records, ev->records);
}

static void bind_record(sqlite3_stmt *q, int before, const void *item)
{
	const struct row *row = item;
	struct bytes raw = row->ev->raw;

	sqlite3_bind_blob64(q, before + AT_RAW, raw.data ? raw.data : "", raw.len, SQLITE_STATIC);
	sqlite3_bind_int64(q, before + AT_EVENT_ID, row->id);
}

static const struct row_kind event_rows = {
	EVENT_ADD, event_parameters, sizeof(struct row), bind_event
};
static const struct row_kind record_rows = {
	RECORD_ADD, record_parameters, sizeof(struct row), bind_record
};

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

/* Puts it in the place of the row that is there. */
static int replace_row(struct store *s, enum statement how, const struct row_kind *kind,
		       const struct row *row, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement_by_number(s, how, kind->names, err);

	if (q == NULL)
		return ERR_TRAIL;
	kind->bind(q, 0, row);
	return store_run(s, q, err);
}

static int remove_link(struct store *s, int64_t id, struct error *err)
{
	AUTO(store_done) sqlite3_stmt *q = store_statement(s, LINK_REMOVE, err);

	if (q == NULL)
		return ERR_TRAIL;
	bind_int(q, ":event_id", id);
	return store_run(s, q, err);
}

/*
 * Leaves of the rows those that were just added, with their ids, which follow
 * each other. fresh: how many; of the rest the trail has events already.
 */
static int keep_fresh(struct store *s, struct row *rows, size_t *count, size_t fresh,
		      struct error *err)
{
	int64_t next = sqlite3_last_insert_rowid(s->db) - (int64_t)fresh + 1;
	size_t kept = 0;
	int rc;

	for (size_t i = 0; i < *count && kept < fresh; i++) {
		int64_t id = fresh == *count ? next : 0;
		struct touched unused;

		if (id == 0 && (rc = find(s, rows[i].host_id, rows[i].ev, &id, &unused, err)) < 0)
			return rc;
		if (id != next)
			continue;
		rows[kept] = rows[i];
		rows[kept++].id = next++;
	}
	assert(kept == fresh);
	*count = kept;
	return 0;
}

static int put_events(struct store *s, struct row *rows, size_t *count, struct error *err)
{
	int64_t before = sqlite3_total_changes64(s->db);
	int rc = store_put_rows(s, &event_rows, rows, *count, err);

	if (rc < 0)
		return rc;
	return keep_fresh(s, rows, count, (size_t)(sqlite3_total_changes64(s->db) - before), err);
}

/* Those that are not older than the horizon. */
static int make_rows(struct store *s, const struct event *const events[], size_t count,
		     struct row *rows, size_t *made, struct error *err)
{
	int64_t horizon_ms, host_id;
	int rc = store_horizon(s, &horizon_ms, err);

	if (rc < 0)
		return rc;
	*made = 0;
	for (size_t i = 0; i < count; i++) {
		assert(events[i]->kind != EVENT_NONE);
		if (events[i]->time_ms < horizon_ms)
			continue;
		if ((host_id = store_host(s, events[i]->host, err)) < 0)
			return (int)host_id;
		rows[(*made)++] = (struct row){ .ev = events[i], .at = i, .host_id = host_id };
	}
	return 0;
}

int store_add(struct store *s, const struct event *const events[], size_t count, bool added[],
	      struct error *err)
{
	struct row rows[STORE_ADD_MAX];
	int rc;

	assert(count > 0 && count <= STORE_ADD_MAX);
	memset(added, 0, count * sizeof(*added));
	if ((rc = store_recent_look(s, err)) < 0 ||
	    (rc = make_rows(s, events, count, rows, &count, err)) < 0 ||
	    (rc = put_events(s, rows, &count, err)) < 0 ||
	    (rc = store_put_rows(s, &record_rows, rows, count, err)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];

		added[row->at] = true;
		rc = store_verify_event(s, row->host_id, row->id, row->ev, false, err);
		if (rc < 0 || (rc = touch(s, row->host_id, row->id, row->ev, err)) < 0)
			return rc;
	}
	return 0;
}

int store_replace(struct store *s, const struct event *ev, struct error *err)
{
	struct row row = { .ev = ev, .host_id = store_host(s, ev->host, err) };
	struct touched before;
	int rc;

	if (row.host_id < 0)
		return (int)row.host_id;
	if ((rc = find(s, row.host_id, ev, &row.id, &before, err)) < 0)
		return rc;
	assert(rc == 1);
	if ((before.pid != NUM_NONE && (rc = store_touch(s, before, err)) < 0) ||
	    (rc = replace_row(s, EVENT_REPLACE, &event_rows, &row, err)) < 0 ||
	    (rc = replace_row(s, RECORD_REPLACE, &record_rows, &row, err)) < 0 ||
	    (rc = remove_link(s, row.id, err)) < 0 ||
	    (rc = store_verify_event(s, row.host_id, row.id, ev, true, err)) < 0)
		return rc;
	return touch(s, row.host_id, 0, ev, err);
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
