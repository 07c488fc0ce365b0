#include "parse/decode.h"

#include "model/keys.h"
#include "model/machine.h"
#include "parse/decode_fields.h"
#include "parse/halves.h"
#include "parse/kmod_args.h"

#include <auparse.h>
#include <errno.h>
#include <inttypes.h>
#include <libaudit.h>
#include <string.h>

#define MESSAGE " msg='"			/* where a user record's sender has the word */
#define MARKER_HEAD MESSAGE "op=modtrail-"
#define TYPE_TRUSTED_APP 1121		/* AUDIT_TRUSTED_APP, which is libaudit's own */

/*
 * The id that libauparse sees. It only groups records, and needs none for one
 * event at a time; but it takes the first second of 1970 for no time at all,
 * and machines without a clock boot there.
 */
#define SOME_ID " msg=audit(1.000:1): "
#define HEAD_MAX sizeof("type=CONFIG_CHANGE" SOME_ID "\n")
#define TEXT_SIZE (RECORDS_BYTES_MAX + RECORDS_MAX * HEAD_MAX)

/* libauparse needs a kilobyte for each record, and an event may have thousands. */
#define GIVEN_AT_ONCE 256u

struct decoder {
	auparse_state_t *auparse;
	const char *const *keys;
	char *memory;			/* of text and facts */
	struct region text;		/* what libauparse gets of one event */
	struct event_facts facts;
	struct kmod_args command;
	unsigned given;			/* records in text */
	unsigned parsed;		/* records that libauparse made of the event */
};

/* The types that own facts; the others are not even given to libauparse. */
static const struct {
	const char *name;
	int number;
} owners[OWNER_COUNT] = {
	[OWNER_SYSCALL] = { "SYSCALL", AUDIT_SYSCALL },
	[OWNER_KERN_MODULE] = { "KERN_MODULE", AUDIT_KERN_MODULE },
	[OWNER_EXECVE] = { "EXECVE", AUDIT_EXECVE },
	[OWNER_CWD] = { "CWD", AUDIT_CWD },
	[OWNER_PATH] = { "PATH", AUDIT_PATH },
	[OWNER_PROCTITLE] = { "PROCTITLE", AUDIT_PROCTITLE },
	[OWNER_CONFIG_CHANGE] = { "CONFIG_CHANGE", AUDIT_CONFIG_CHANGE },
	[OWNER_KERNEL] = { "KERNEL", AUDIT_KERNEL },
	[OWNER_DAEMON] = { "DAEMON_START", AUDIT_DAEMON_START },	/* for all DAEMON_* */
	[OWNER_TRUSTED_APP] = { "TRUSTED_APP", TYPE_TRUSTED_APP },
};

static struct bytes word(const char *text)
{
	return (struct bytes){ text, strlen(text) };
}

static enum owner type_of_number(int number)
{
	for (enum owner type = OWNER_NONE + 1; type < OWNER_COUNT; type++)
		if (owners[type].number == number)
			return type;
	return OWNER_NONE;
}

static enum owner type_of_line(const struct record_head *line)
{
	struct bytes name = record_type_name(line->type);

	if (line->daemon)
		return OWNER_DAEMON;
	for (enum owner type = OWNER_NONE + 1; type < OWNER_COUNT; type++)
		if (bytes_are(name, owners[type].name))
			return type;
	return OWNER_NONE;
}

static void take_records(auparse_state_t *au, auparse_cb_event_t event, void *arg)
{
	struct decoder *d = arg;

	if (event != AUPARSE_CB_EVENT_READY || auparse_first_record(au) <= 0)
		return;
	do {
		enum owner type = type_of_number(auparse_get_type(au));

		d->parsed++;
		if (!event_facts_record(&d->facts, type) || auparse_first_field(au) <= 0)
			continue;
		do {
			const char *name = auparse_get_field_name(au);
			const char *raw = auparse_get_field_str(au);

			if (name != NULL && raw != NULL)
				event_facts_field(&d->facts, type, name, raw);
		} while (auparse_next_field(au) > 0);
	} while (auparse_next_record(au) > 0);
}

struct decoder *decoder_new(const char *const *keys)
{
	struct decoder *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->keys = keys;
	d->memory = malloc(4 * FACTS_REGION + TEXT_SIZE);	/* touched only as far as needed */
	d->auparse = auparse_init(AUSOURCE_FEED, NULL);
	if (d->memory == NULL || d->auparse == NULL) {
		decoder_free(d);
		return NULL;
	}
	auparse_add_callback(d->auparse, take_records, d, NULL);
	event_facts_init(&d->facts, d->memory);
	d->text = (struct region){ d->memory + 4 * FACTS_REGION, 0, TEXT_SIZE };
	return d;
}

void decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	if (d->auparse != NULL)
		auparse_destroy(d->auparse);
	free(d->memory);
	free(d);
}

/* The name behind NAME= in an enriched half: AUID="alice" OUID="root". */
static struct bytes find_name(struct bytes names, const char *label)
{
	const char *at = names.data, *end = names.data + names.len, *stop;
	size_t len = strlen(label);

	while ((at = memmem(at, (size_t)(end - at), label, len)) != NULL) {
		bool whole = at == names.data || at[-1] == ' ';
		bool quoted;

		at += len;
		if (!whole)
			continue;
		quoted = at < end && *at == '"';
		at += quoted;
		stop = memchr(at, quoted ? '"' : ' ', (size_t)(end - at));
		return (struct bytes){ at, (size_t)((stop == NULL ? end : stop) - at) };
	}
	return (struct bytes){ NULL, 0 };
}

static void take_names(struct event *ev, struct bytes names)
{
	if (ev->login.data == NULL)
		ev->login = find_name(names, "AUID=");
	if (ev->user.data == NULL)
		ev->user = find_name(names, "UID=");
}

/*
 * What a self-test said: the text of msg='...' up to the exe= that libaudit
 * puts behind it. Its first word is op=NAME.
 */
static void take_marker(struct event *ev, struct bytes raw)
{
	const char *text = memmem(raw.data, raw.len, MARKER_HEAD, strlen(MARKER_HEAD));
	const char *end = raw.data + raw.len, *exe = NULL, *next, *blank;

	text += strlen(MESSAGE);
	for (next = text; (next = memmem(next, (size_t)(end - next), " exe=", 5)) != NULL; next++)
		exe = next;
	if (exe == NULL)
		exe = end[-1] == '\'' ? end - 1 : end;
	ev->detail = (struct bytes){ text, (size_t)(exe - text) };
	text += strlen("op=");
	blank = memchr(text, ' ', (size_t)(exe - text));
	ev->op = (struct bytes){ text, (size_t)((blank == NULL ? exe : blank) - text) };
}

/* The sender's words begin at the first msg='. */
static bool is_marker(struct bytes raw)
{
	const char *message = memmem(raw.data, raw.len, MESSAGE, strlen(MESSAGE));
	size_t len = strlen(MARKER_HEAD);

	return message != NULL && (size_t)(raw.data + raw.len - message) >= len &&
	       memcmp(message, MARKER_HEAD, len) == 0;
}

/* The kernel's part of a user record; what the sender wrote stays out of libauparse. */
static struct bytes senders_part_cut(struct bytes raw)
{
	const char *message = memmem(raw.data, raw.len, MESSAGE, strlen(MESSAGE));

	return (struct bytes){ raw.data, (size_t)(message - raw.data) };
}

/*
 * Adds a record's fields; of several with this name (" key="), which the
 * kernel does not write, the last one alone. The sieve has looked for a key
 * where the kernel puts it, at the end, and libauparse loses memory for each
 * second cwd=: what a follower reads has no end.
 */
static void add_last_only(struct region *text, struct bytes raw, const char *name)
{
	const char *at = raw.data, *end = raw.data + raw.len, *found, *next;
	size_t len = strlen(name);

	/* The first field may have no blank before it. */
	found = raw.len >= len - 1 && memcmp(at, name + 1, len - 1) == 0 ? at
		: memmem(at, raw.len, name, len);
	while (found != NULL &&
	       (next = memmem(found + 1, (size_t)(end - found - 1), name, len)) != NULL) {
		region_add(text, (struct bytes){ at, (size_t)(found - at) });
		at = memchr(found + 1, ' ', (size_t)(end - found - 1));
		found = next;
	}
	region_add(text, (struct bytes){ at, (size_t)(end - at) });
}

/*
 * Adds a change's fields. Kernels of 2014 and before wrote op="add rule", and libauparse
 * ends a value at a blank: it is spelt as it is today.
 */
static void add_change(struct region *text, struct bytes raw)
{
	char *at = text->data + text->len, *end;

	region_add(text, raw);
	end = text->data + text->len;
	at = memmem(at, (size_t)(end - at), "op=\"", 4);
	for (at = at != NULL ? at + 4 : end; at < end && *at != '"'; at++)
		if (*at == ' ')
			*at = '_';
}

static void add_detail(struct region *detail, struct bytes raw)
{
	if (detail->len > 0)
		region_add(detail, word("\n"));
	region_add(detail, raw);
}

/* Adds the fields of a record to what libauparse gets. */
static void add_record(struct decoder *d, enum owner type, struct bytes raw)
{
	region_add(&d->text, word("type="));
	region_add(&d->text, word(owners[type].name));
	region_add(&d->text, word(SOME_ID));
	if (type == OWNER_CWD || type == OWNER_SYSCALL)
		add_last_only(&d->text, raw, type == OWNER_CWD ? " cwd=" : " key=");
	else if (type == OWNER_CONFIG_CHANGE)
		add_change(&d->text, raw);
	else
		region_add(&d->text, raw);
	region_add(&d->text, word("\n"));
	d->given++;
}

/* Adds a line that owns facts to what libauparse gets, and takes what stands in no field. */
static void add_line(struct decoder *d, const struct record_head *line)
{
	struct event *ev = &d->facts.event;
	enum owner type = type_of_line(line);
	struct halves half;

	if (type == OWNER_NONE || type == OWNER_PATH)
		return;		/* paths: see read_paths() */
	half = record_halves(line);
	if (type == OWNER_TRUSTED_APP) {
		if (ev->detail.data != NULL || !is_marker(half.raw))
			return;
		take_marker(ev, half.raw);
		half.raw = senders_part_cut(half.raw);
	}
	take_names(ev, half.names);
	if (type == OWNER_CONFIG_CHANGE || type == OWNER_DAEMON || type == OWNER_KERNEL)
		add_detail(&d->facts.detail, half.raw);
	add_record(d, type, half.raw);
}

/* Has libauparse take what is in text. Returns whether it did. */
static bool give(struct decoder *d)
{
	unsigned before = d->parsed;
	int fed = auparse_feed(d->auparse, d->text.data, d->text.len);
	/* Always: what is left in libauparse would become part of the next event. */
	int flushed = auparse_flush_feed(d->auparse);

	d->text.len = 0;
	d->given = 0;
	return fed == 0 && flushed == 0 && d->parsed > before;
}

static int parse(struct decoder *d, const struct records *records, struct error *err)
{
	struct bytes id = records->line[0].id;
	bool taken = true;

	event_facts_clear(&d->facts);
	d->text.len = 0;
	d->given = d->parsed = 0;
	for (size_t i = 0; i < records->count; i++) {
		add_line(d, &records->line[i]);
		if (d->given == GIVEN_AT_ONCE)
			taken &= give(d);
	}
	if (d->given > 0)
		taken &= give(d);
	if (!taken)
		return error_set(err, ERR_INPUT, "libauparse refuses the records of event %.*s",
				 (int)id.len, id.data);
	return 0;
}

static void set_identity(struct event *ev, struct records *records, const char *host)
{
	const struct record_head *first = &records->line[0];

	ev->host = first->node.len > 0 ? first->node : word(host);
	ev->time_ms = first->time_ms;
	ev->serial = first->serial;
	ev->daemon = first->daemon;
	ev->records = (unsigned)records->count;
}

/* Kernels from 2025 on write name="?" when a load fails before the name is known. */
static bool is_no_name(const struct event_facts *f)
{
	return bytes_are(f->event.module, "?") && !(f->seen[OWNER_SYSCALL] && f->event.success);
}

static void set_strings(struct event_facts *f)
{
	struct event *ev = &f->event;

	if (f->keys.len > 0)
		ev->keys = (struct bytes){ f->keys.data, f->keys.len };
	if (f->detail.len > 0)
		ev->detail = (struct bytes){ f->detail.data, f->detail.len };
	if (f->argv.len > 0) {
		ev->argv = (struct bytes){ f->argv.data, f->argv.len };
	} else {
		ev->argv = f->title;
		ev->argv_stale = f->title.data != NULL;
	}
	if (is_no_name(f))
		ev->module = (struct bytes){ NULL, 0 };
	if (ev->module.data != NULL)
		ev->module_source = NAME_KERNEL;
}

/* A title counts only for kmod itself, and if it is not that of another of its names. */
static void read_command(struct decoder *d)
{
	struct event *ev = &d->facts.event;
	struct kmod_args *line = &d->command;
	struct bytes comm = ev->comm;

	kmod_args_read(line, ev->argv);
	if (!ev->argv_stale) {
		ev->tool = tool_of_process(line, comm, ev->exe);
		return;
	}
	ev->tool = tool_of_process(&(struct kmod_args){ .tool = { NULL, 0 } }, comm, ev->exe);
	if (bytes_are(ev->tool, "kmod") && line->tool.data != NULL)
		ev->tool = line->tool;
	if (!bytes_equal(ev->tool, line->tool))
		*line = (struct kmod_args){ .modules = "" };
}

static bool is_run(struct decoder *d)
{
	struct event *ev = &d->facts.event;

	if (!ev->success)
		return false;
	read_command(d);
	if (ev->tool.data == NULL)
		return false;
	ev->intends = d->command.intends;
	if (d->command.modules[0] != '\0') {
		ev->module = word(d->command.modules);
		ev->module_source = ev->argv_stale ? NAME_PROCTITLE : NAME_ARGV;
	}
	return true;
}

/* Few events need their paths. Of an exec only the first is the program, the others interpret it. */
static void read_paths(struct decoder *d, const struct records *records, bool exec)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct record_head *line = &records->line[i];

		if (type_of_line(line) != OWNER_PATH)
			continue;
		add_record(d, OWNER_PATH, record_halves(line).raw);
		if (exec)
			break;
		if (d->given == GIVEN_AT_ONCE)
			(void)give(d);
	}
	if (d->given > 0)
		(void)give(d);
}

/* PROCTITLE is that of the process which tried, so the program's name is all that is known. */
static bool is_refused_run(struct decoder *d)
{
	struct event *ev = &d->facts.event;
	struct region *text = &d->facts.text;

	/* A shell looks for the tool in several folders: there it is not refused, it is not there. */
	if (ev->success || ev->exit == -ENOENT || ev->path.len == 0)
		return false;
	kmod_args_read(&d->command, ev->path);
	if (d->command.tool.data == NULL)
		return false;
	ev->tool = d->command.tool;
	ev->intends = d->command.intends;
	region_add(text, (struct bytes){ "", 1 });
	ev->argv = (struct bytes){ ev->path.data, (size_t)(text->data + text->len - ev->path.data) };
	ev->argv_stale = true;
	return true;
}

static void name_syscall(struct event_facts *f)
{
	int machine = audit_elf_to_machine((unsigned)f->arch);
	const char *name = machine < 0 ? NULL : audit_syscall_to_name((int)f->syscall, machine);
	char number[24];
	size_t start = f->text.len;

	if (f->syscall == NUM_NONE)
		return;
	snprintf(number, sizeof(number), "%" PRId64, f->syscall);
	region_add(&f->text, word(name != NULL ? name : number));
	f->event.syscall = (struct bytes){ f->text.data + start, f->text.len - start };
}

/* An event under a wanted key that is neither call, run nor change. */
static enum event_kind keyed_kind(struct decoder *d, const struct records *records, bool exec)
{
	read_paths(d, records, exec);
	if (exec && is_refused_run(d))
		return EVENT_EXEC;
	name_syscall(&d->facts);
	return EVENT_KEYED;
}

/* Nobody says whether it was loaded or unloaded. */
static void describe_module(struct decoder *d)
{
	struct event *ev = &d->facts.event;
	static const struct kmod_args no_line = { .modules = "" };

	ev->tool = tool_of_process(&no_line, ev->comm, ev->exe);
	if (ev->module.data != NULL)
		return;
	kmod_args_read(&d->command, ev->argv);
	if (d->command.module_count == 1 && d->command.modules[0] != '\0') {
		ev->module = word(d->command.modules);
		ev->module_source = ev->argv_stale ? NAME_PROCTITLE : NAME_ARGV;
	}
}

static enum event_kind kind_of(struct decoder *d, const struct records *records)
{
	struct event_facts *f = &d->facts;
	struct machine_call meaning = { .call = CALL_NONE };

	if (f->seen[OWNER_SYSCALL]) {
		machine_call((uint32_t)f->arch, f->syscall, &meaning);
		f->event.arch = f->arch;
		f->event.call = meaning.call;
		f->event.abi = meaning.abi;
	}
	if (meaning.call != CALL_NONE)
		return EVENT_CALL;
	if (f->seen[OWNER_KERN_MODULE]) {
		describe_module(d);
		return EVENT_MODULE;
	}
	if (f->seen[OWNER_CONFIG_CHANGE])
		return EVENT_CONFIG;
	if (f->seen[OWNER_DAEMON] || f->seen[OWNER_KERNEL])
		return EVENT_DAEMON;
	if (f->seen[OWNER_TRUSTED_APP])
		return EVENT_MARKER;
	if (meaning.exec && is_run(d))
		return EVENT_EXEC;
	if (d->keys != NULL ? !keys_hold(f->event.keys, d->keys) : f->event.keys.data == NULL)
		return EVENT_NONE;
	return keyed_kind(d, records, meaning.exec);
}

/* Early releases of auditd and the kernel have no op=: the record's type says it. */
static void set_op(struct event *ev, const struct record_head *line)
{
	static const struct { const char *type, *op; } ops[] = {
		{ "DAEMON_START", "start" },
		{ "DAEMON_END", "terminate" },
		{ "DAEMON_ABORT", "error-halt" },
		{ "DAEMON_CONFIG", "reconfigure" },
		{ "DAEMON_ROTATE", "rotate-logs" },
		{ "DAEMON_RESUME", "resume-logging" },
		{ "KERNEL", "initialized" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ops) && ev->op.data == NULL; i++)
		if (bytes_are(record_type_name(line->type), ops[i].type))
			ev->op = word(ops[i].op);
}

int decode(struct decoder *d, struct records *records, const char *host, struct event *ev,
	   struct error *err)
{
	struct event *found = &d->facts.event;
	struct bytes raw;
	int rc;

	/* First: it may move the lines, which the event borrows from. */
	raw.data = records_text(records, &raw.len);
	if (raw.data == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	rc = parse(d, records, err);
	found->raw = raw;
	set_identity(found, records, host);
	if (rc < 0) {
		*ev = *found;
		return rc;
	}
	set_strings(&d->facts);
	found->has_syscall = d->facts.seen[OWNER_SYSCALL];
	found->kind = kind_of(d, records);
	if (found->kind == EVENT_DAEMON)
		set_op(found, &records->line[0]);
	*ev = *found;
	return 0;
}
