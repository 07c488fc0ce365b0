#include "trail/private.h"

#include <assert.h>
#include <string.h>

/* Where a step came from, and where its texts are until they stop moving. */
struct linked {
	int64_t id;
	size_t at[5];
};

/* The step of an event that this transaction has added, as the trail would give it back. */
struct added_step {
	struct step step;
	struct linked linked;
};

/* Command lines may be long: steps whose texts would go beyond this are read from the trail. */
#define ADDED_TEXT_MAX ((size_t)1 << 20)

/* Columns of link-steps.sql. */
enum { ID, KIND, TIME_MS, SERIAL, PPID, AUID, SES, COMM, EXE, TTY, ARGV, SUCCESS, CALL, MODULE };

/* A stretch of a process's history: it begins with from and ends before to. */
struct stretch {
	int64_t host_id, pid;
	int64_t from_ms, from_serial;
	int64_t to_ms, to_serial;
};

/* Hostile times may be near the ends of their type. */
static int64_t later(int64_t time_ms, int64_t by)
{
	int64_t sum;

	if (__builtin_add_overflow(time_ms, by, &sum))
		return by < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

int store_note_change(struct store *s, struct change change, struct error *err)
{
	int rc = array_grow(&s->changes, &s->change_cap, s->change_count + 1, sizeof(change), err);

	if (rc < 0) {
		s->failed = true;
		return rc;
	}
	s->changes[s->change_count++] = change;
	return 0;
}

/* The texts of a step, in the order of struct linked's at. */
static struct bytes *probe_spec_text(struct step *step, size_t i)
{
	struct bytes *const texts[] = { &step->comm, &step->exe, &step->tty, &step->argv,
					&step->module };

	return texts[i];
}

static int keep_texts(struct buffer *to, struct step *step, struct linked *linked,
		      struct error *err)
{
	for (size_t k = 0; k < ARRAY_SIZE(linked->at); k++) {
		struct bytes text = *probe_spec_text(step, k);
		int rc;

		linked->at[k] = to->len;
		if ((rc = buffer_add(to, text.data, text.len, err)) < 0)
			return rc;
	}
	return 0;
}

/* Now that the buffer has its final place. */
static void settle_texts(struct store *s, size_t count, const struct buffer *texts)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(s->linked[i].at); k++) {
			struct bytes *text = probe_spec_text(&s->step[i], k);

			if (text->data != NULL)
				text->data = text->len ? texts->data + s->linked[i].at[k] : "";
		}
}

static int keep_added(struct store *s, int64_t id, const struct event *ev, struct error *err)
{
	struct added_step *added;
	int rc = array_grow(&s->added, &s->added_cap, s->added_count + 1, sizeof(*added), err);

	if (rc < 0)
		return rc;
	added = &s->added[s->added_count];
	*added = (struct added_step){
		.step = {
			.time_ms = ev->time_ms,
			.serial = ev->serial,
			.kind = ev->kind,
			.ppid = ev->ppid,
			.auid = ev->auid,
			.ses = ev->ses,
			.comm = ev->comm,
			.exe = ev->exe,
			.tty = ev->tty,
			.argv = ev->argv,
			.run = -1,
		},
		.linked.id = id,
	};
	if (ev->has_syscall) {
		added->step.success = ev->success;
		added->step.call = ev->call;
	}
	if (ev->kind == EVENT_CALL)
		added->step.module = ev->module;
	if ((rc = keep_texts(&s->added_text, &added->step, &added->linked, err)) < 0)
		return rc;
	s->added_count++;
	return 0;
}

int store_note_added(struct store *s, int64_t host_id, int64_t id, const struct event *ev,
		     struct error *err)
{
	size_t len = ev->comm.len + ev->exe.len + ev->tty.len + ev->argv.len + ev->module.len;
	struct change change = { host_id, ev->pid, ev->time_ms, (int64_t)ev->serial, 0 };
	int rc;

	if (len <= ADDED_TEXT_MAX - s->added_text.len) {
		if ((rc = keep_added(s, id, ev, err)) < 0) {
			s->failed = true;
			return rc;
		}
		change.added = s->added_count;
	}
	return store_note_change(s, change, err);
}

void store_forget_changes(struct store *s)
{
	s->change_count = s->added_count = s->added_text.len = 0;
}

static int compare(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare_changes(const void *left, const void *right)
{
	const struct change *a = left, *b = right;
	int order = compare(a->host_id, b->host_id);

	if (order == 0)
		order = compare(a->pid, b->pid);
	if (order == 0)
		order = compare(a->time_ms, b->time_ms);
	return order ? order : compare(a->serial, b->serial);
}

/*
 * How many changes from the first on are of one process (or are all
 * starts of auditd on one host) and so close in time that they are looked at
 * together.
 */
static size_t group(const struct change *first, const struct change *end)
{
	const struct change *t = first + 1;

	while (t < end && t->host_id == first->host_id && t->pid == first->pid &&
	       t->time_ms <= later(t[-1].time_ms, CORRELATE_SPAN_MS))
		t++;
	return (size_t)(t - first);
}

/* The time and serial of a tool run, if the statement finds one. 1 or 0. */
static int find_exec(struct store *s, enum statement which, const struct stretch *st,
		     int64_t time_ms, int64_t limit_ms, int64_t *found_ms, int64_t *found_serial,
		     struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, which, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", st->host_id);
	query_bind_int(q, "pid", st->pid);
	query_bind_int(q, "time_ms", time_ms);
	query_bind_int(q, which == sql_link_exec_before ? "oldest_ms" : "newest_ms", limit_ms);
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	*found_ms = query_int(q, 0);
	*found_serial = query_int(q, 1);
	return 1;
}

/*
 * What events between first_ms and last_ms can change, and what decides about
 * it: a call belongs to the last exec before it, and the name it is given to
 * the calls of the same run. So the stretch begins with the last exec before
 * first_ms and ends with the first one after last_ms, and both are at most
 * CORRELATE_SPAN_MS away. A process that makes calls without end and without
 * an exec costs no more for being one.
 */
static int find_stretch(struct store *s, struct stretch *st, int64_t first_ms, int64_t last_ms,
			struct error *err)
{
	int rc;

	st->from_ms = first_ms;
	st->from_serial = INT64_MIN;
	st->to_ms = later(last_ms, CORRELATE_SPAN_MS);
	st->to_serial = INT64_MAX;
	rc = find_exec(s, sql_link_exec_before, st, first_ms, later(first_ms, -CORRELATE_SPAN_MS),
		       &st->from_ms, &st->from_serial, err);
	if (rc < 0)
		return rc;
	return find_exec(s, sql_link_exec_after, st, last_ms, st->to_ms, &st->to_ms, &st->to_serial,
			 err);
}

static int read_step(struct store *s, struct query *q, size_t i, struct error *err)
{
	struct step *step;
	int rc;

	if ((rc = array_grow(&s->step, &s->step_cap, i + 1, sizeof(*step), err)) < 0 ||
	    (rc = array_grow(&s->linked, &s->linked_cap, i + 1, sizeof(*s->linked), err)) < 0)
		return rc;
	step = &s->step[i];
	*step = (struct step){
		.time_ms = query_int(q, TIME_MS),
		.serial = (uint64_t)query_int(q, SERIAL),
		.kind = (enum event_kind)query_int(q, KIND),
		.ppid = query_number(q, PPID),
		.auid = query_number(q, AUID),
		.ses = query_number(q, SES),
		.call = (enum module_call)query_int(q, CALL),
		.success = query_int(q, SUCCESS) != 0,
		.comm = query_text(q, COMM),
		.exe = query_text(q, EXE),
		.tty = query_text(q, TTY),
		.argv = query_text(q, ARGV),
		.module = query_text(q, MODULE),
		.run = -1,
	};
	s->linked[i].id = query_int(q, ID);
	return keep_texts(&s->text, step, &s->linked[i], err);
}

static int read_steps(struct store *s, const struct stretch *st, size_t *count, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_link_steps, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", st->host_id);
	query_bind_int(q, "pid", st->pid);
	query_bind_int(q, "from_ms", st->from_ms);
	query_bind_int(q, "from_serial", st->from_serial);
	query_bind_int(q, "to_ms", st->to_ms);
	query_bind_int(q, "to_serial", st->to_serial);
	s->text.len = 0;
	*count = 0;
	while ((rc = query_step(q, err)) > 0)
		if ((rc = read_step(s, q, (*count)++, err)) < 0)
			return rc;
	if (rc < 0)
		return rc;
	settle_texts(s, *count, &s->text);
	return 0;
}

/* The starts of auditd that may concern these changes, which are of one host. */
static int read_starts(struct store *s, const struct change *change, size_t count,
		       size_t *starts, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t from_ms = change->time_ms, to_ms = change->time_ms;
	int rc;

	*starts = 0;
	if ((rc = query_open(&q, s, sql_link_starts, err)) < 0)
		return rc;
	for (size_t i = 1; i < count; i++) {
		from_ms = MIN(from_ms, change[i].time_ms);
		to_ms = MAX(to_ms, change[i].time_ms);
	}
	query_bind_int(q, "host_id", change->host_id);
	query_bind_int(q, "from_ms", later(from_ms, -CORRELATE_SPAN_MS));
	query_bind_int(q, "to_ms", later(to_ms, CORRELATE_SPAN_MS));
	while ((rc = query_step(q, err)) > 0) {
		rc = array_grow(&s->start, &s->start_cap, *starts + 1, sizeof(*s->start), err);
		if (rc < 0)
			return rc;
		s->start[(*starts)++] = query_int(q, 0);
	}
	return rc;
}

static struct bytes text_or_null(const char *text)
{
	return (struct bytes){ *text ? text : NULL, strlen(text) };
}

/* The parameters of link-add.sql and of link-put.sql, which are the same. */
#define AT(name) sql_link_add_ ## name

/* how: sql_link_add for an event that has no link yet, else sql_link_put. */
static int write_link(struct store *s, enum statement how, size_t i, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	const struct step *step = &s->step[i];
	int rc;

	if ((rc = query_open(&q, s, how, err)) < 0)
		return rc;
	sqlite3_bind_int64(q->q, AT(event_id), s->linked[i].id);
	if (step->run >= 0)
		sqlite3_bind_int64(q->q, AT(run_id), s->linked[step->run].id);
	sqlite3_bind_int64(q->q, AT(calls), step->calls);
	sqlite3_bind_int(q->q, AT(origin), step->origin);
	bind_bytes_at(q->q, AT(tool), text_or_null(step->kind == EVENT_CALL ? step->tool : ""));
	bind_bytes_at(q->q, AT(module), text_or_null(step->inferred));
	if (step->inferred[0] != '\0')
		sqlite3_bind_int(q->q, AT(module_source), step->module_source);
	return query_run(q, err);
}

/*
 * Has the trail no steps that these could belong to, but for their own? 1, 0, or
 * an error. Where no tool was run, a call has nothing to do with another.
 */
static int are_all_added(struct store *s, const struct change *change, size_t count,
			 struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int64_t from_ms = later(change->time_ms, -CORRELATE_SPAN_MS);
	bool runs = false;
	int rc;

	for (size_t i = 0; i < count; i++) {
		if (change[i].added == 0)
			return 0;
		runs |= s->added[change[i].added - 1].step.kind == EVENT_EXEC;
	}
	if (!store_recent_may_have(s, change->host_id, change->pid, from_ms))
		return 1;
	if ((rc = query_open(&q, s, sql_link_others, err)) < 0)
		return rc;
	sqlite3_bind_int64(q->q, sql_link_others_host_id, change->host_id);
	sqlite3_bind_int64(q->q, sql_link_others_pid, change->pid);
	sqlite3_bind_int64(q->q, sql_link_others_from_ms, from_ms);
	sqlite3_bind_int64(q->q, sql_link_others_to_ms,
			   later(change[count - 1].time_ms, CORRELATE_SPAN_MS));
	sqlite3_bind_int64(q->q, sql_link_others_first_id, s->added[0].linked.id);
	sqlite3_bind_int(q->q, sql_link_others_runs, runs);
	return (rc = query_step(q, err)) < 0 ? rc : query_int(q, 0) == 0;
}

/* The steps as they were added. They are in order, as the changes are sorted. */
static int take_steps(struct store *s, const struct change *change, size_t count,
		      struct error *err)
{
	int rc;

	if ((rc = array_grow(&s->step, &s->step_cap, count, sizeof(*s->step), err)) < 0 ||
	    (rc = array_grow(&s->linked, &s->linked_cap, count, sizeof(*s->linked), err)) < 0)
		return rc;
	for (size_t i = 0; i < count; i++) {
		s->step[i] = s->added[change[i].added - 1].step;
		s->linked[i] = s->added[change[i].added - 1].linked;
	}
	settle_texts(s, count, &s->added_text);
	return 0;
}

/* Joins the steps of one process. Most often all are at hand; a query for each costs more. */
static int link_process(struct store *s, const struct change *change, size_t count,
			size_t starts, struct error *err)
{
	struct stretch st = { .host_id = change->host_id, .pid = change->pid };
	int rc, all_added = are_all_added(s, change, count, err);

	if (all_added < 0)
		return all_added;
	if (all_added)
		rc = take_steps(s, change, count, err);
	else if ((rc = find_stretch(s, &st, change->time_ms, change[count - 1].time_ms, err)) >= 0)
		rc = read_steps(s, &st, &count, err);
	if (rc < 0)
		return rc;
	correlate(s->step, count, s->start, starts);
	for (size_t i = 0; i < count; i++)
		if ((rc = write_link(s, all_added ? sql_link_add : sql_link_put, i, err)) < 0)
			return rc;
	return 0;
}

/* A start of auditd concerns every process that made a call soon after it. */
static int note_started(struct store *s, struct change first, int64_t last_ms, struct error *err)
{
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	if ((rc = query_open(&q, s, sql_link_started, err)) < 0)
		return rc;
	query_bind_int(q, "host_id", first.host_id);
	query_bind_int(q, "from_ms", first.time_ms);
	query_bind_int(q, "to_ms", later(last_ms, CORRELATE_SPAN_MS));
	while ((rc = query_step(q, err)) > 0) {
		rc = store_note_change(s, (struct change){ .host_id = first.host_id,
						      .pid = query_int(q, 0),
						      .time_ms = query_int(q, 1) }, err);
		if (rc < 0)
			return rc;
	}
	return rc;
}

static void sort_changes(struct store *s)
{
	qsort(s->changes, s->change_count, sizeof(*s->changes), compare_changes);
}

static int note_all_started(struct store *s, struct error *err)
{
	size_t count = s->change_count, n;
	bool any = false;
	int rc;

	for (size_t i = 0; i < count; i += n) {
		struct change first = s->changes[i];

		n = group(&s->changes[i], &s->changes[count]);
		if (first.pid != NUM_NONE)
			continue;
		any = true;
		rc = note_started(s, first, s->changes[i + n - 1].time_ms, err);
		if (rc < 0)
			return rc;
	}
	if (any)
		sort_changes(s);
	return 0;
}

static int link_host(struct store *s, const struct change *change, size_t count,
		     struct error *err)
{
	size_t starts, n;
	int rc = read_starts(s, change, count, &starts, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < count; i += n) {
		n = group(&change[i], &change[count]);
		if (change[i].pid == NUM_NONE)
			continue;
		rc = link_process(s, &change[i], n, starts, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

int store_link(struct store *s, struct error *err)
{
	size_t end;
	int rc;

	if (s->change_count == 0)
		return 0;
	sort_changes(s);
	if ((rc = note_all_started(s, err)) < 0)
		return rc;
	for (size_t i = 0; i < s->change_count; i = end) {
		for (end = i + 1; end < s->change_count; end++)
			if (s->changes[end].host_id != s->changes[i].host_id)
				break;
		if ((rc = link_host(s, &s->changes[i], end - i, err)) < 0)
			return rc;
	}
	for (size_t i = 0; i < s->change_count; i++)
		if (s->changes[i].pid != NUM_NONE)
			store_recent_add(s, s->changes[i].host_id, s->changes[i].pid,
					 s->changes[i].time_ms);
	store_forget_changes(s);
	return 0;
}
