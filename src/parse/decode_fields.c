#include "parse/decode_fields.h"

#include "model/keys.h"

#include <errno.h>
#include <string.h>

/* How a value is written. */
enum how {
	AS_NUMBER,	/* decimal */
	AS_HEX,
	AS_FIRST_NUMBER,	/* of a line that was torn, the sieve has seen only the first */
	AS_FIRST_HEX,
	AS_ID,		/* decimal, 32 bits, -1 and "unset" for the unset id; the first counts */
	AS_YES,		/* "yes" or "no" */
	AS_RESULT,	/* 1 or 0, or auditd's words for them */
	AS_WORD,	/* never hex: what the kernel has from itself */
	AS_TEXT,	/* "quoted" or hex: what the kernel has from users */
	AS_KEY,
	AS_TITLE,
	AS_PATH,
	AS_PATH_TYPE,
};

struct field {
	const char *name;
	enum how how;
	size_t at;	/* in struct event_facts */
};

#define AT(member) offsetof(struct event_facts, member)

static const struct field syscall_fields[] = {
	{ "arch", AS_FIRST_HEX, AT(arch) },
	{ "syscall", AS_FIRST_NUMBER, AT(syscall) },
	{ "success", AS_YES, AT(event.success) },
	{ "exit", AS_NUMBER, AT(event.exit) },
	{ "a0", AS_HEX, AT(event.args[0]) },
	{ "a1", AS_HEX, AT(event.args[1]) },
	{ "a2", AS_HEX, AT(event.args[2]) },
	{ "a3", AS_HEX, AT(event.args[3]) },
	{ "ppid", AS_ID, AT(event.ppid) },
	{ "pid", AS_ID, AT(event.pid) },
	{ "auid", AS_ID, AT(event.auid) },
	{ "uid", AS_ID, AT(event.uid) },
	{ "gid", AS_ID, AT(event.gid) },
	{ "euid", AS_ID, AT(event.euid) },
	{ "tty", AS_WORD, AT(event.tty) },
	{ "ses", AS_ID, AT(event.ses) },
	{ "comm", AS_TEXT, AT(event.comm) },
	{ "exe", AS_TEXT, AT(event.exe) },
	{ "key", AS_KEY, AT(keys) },
	{ .name = NULL },
};

static const struct field kern_module_fields[] = {
	{ "name", AS_TEXT, AT(event.module) },
	{ .name = NULL },
};

static const struct field cwd_fields[] = {
	{ "cwd", AS_TEXT, AT(event.cwd) },
	{ .name = NULL },
};

static const struct field path_fields[] = {
	{ "name", AS_PATH, AT(event.path) },
	{ "nametype", AS_PATH_TYPE, AT(event.path) },
	{ "objtype", AS_PATH_TYPE, AT(event.path) },	/* Linux 3.14 and 3.15 */
	{ .name = NULL },
};

static const struct field proctitle_fields[] = {
	{ "proctitle", AS_TITLE, AT(title) },
	{ .name = NULL },
};

static const struct field config_change_fields[] = {
	{ "pid", AS_ID, AT(event.pid) },
	{ "uid", AS_ID, AT(event.uid) },
	{ "auid", AS_ID, AT(event.auid) },
	{ "ses", AS_ID, AT(event.ses) },
	{ "op", AS_WORD, AT(event.op) },
	{ "key", AS_KEY, AT(keys) },
	{ "list", AS_ID, AT(event.list) },
	{ "res", AS_RESULT, AT(event.result) },
	{ .name = NULL },
};

static const struct field kernel_fields[] = {
	{ "state", AS_WORD, AT(event.op) },
	{ "res", AS_RESULT, AT(event.result) },
	{ .name = NULL },
};

static const struct field daemon_fields[] = {
	{ "op", AS_WORD, AT(event.op) },
	{ "auid", AS_ID, AT(event.auid) },
	{ "pid", AS_ID, AT(event.pid) },
	{ "uid", AS_ID, AT(event.uid) },
	{ "ses", AS_ID, AT(event.ses) },
	{ "res", AS_RESULT, AT(event.result) },
	{ .name = NULL },
};

static const struct field trusted_app_fields[] = {
	{ "pid", AS_ID, AT(event.pid) },
	{ "uid", AS_ID, AT(event.uid) },
	{ "auid", AS_ID, AT(event.auid) },
	{ "ses", AS_ID, AT(event.ses) },
	{ .name = NULL },
};

static const struct field *const fields_of[OWNER_COUNT] = {
	[OWNER_SYSCALL] = syscall_fields,
	[OWNER_KERN_MODULE] = kern_module_fields,
	[OWNER_CWD] = cwd_fields,
	[OWNER_PATH] = path_fields,
	[OWNER_PROCTITLE] = proctitle_fields,
	[OWNER_CONFIG_CHANGE] = config_change_fields,
	[OWNER_KERNEL] = kernel_fields,
	[OWNER_DAEMON] = daemon_fields,
	[OWNER_TRUSTED_APP] = trusted_app_fields,
};

static bool region_fits(const struct region *r, size_t len)
{
	return len <= r->size - r->len;
}

void region_add(struct region *r, struct bytes bytes)
{
	if (bytes.len == 0 || !region_fits(r, bytes.len))
		return;
	memcpy(r->data + r->len, bytes.data, bytes.len);
	r->len += bytes.len;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool is_hex(const char *raw, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (hex_digit(raw[i]) < 0)
			return false;
	return len > 0 && len % 2 == 0;
}

static bool is_absent(const char *raw)
{
	return strcmp(raw, "(null)") == 0 || strcmp(raw, "(none)") == 0;
}

static struct bytes unquote(const char *raw)
{
	struct bytes text = { raw, strlen(raw) };

	if (*raw != '"')
		return text;
	text.data++;
	text.len--;
	if (text.len > 0 && text.data[text.len - 1] == '"')
		text.len--;
	return text;
}

/* Appends the value's bytes, which never are more than raw has. False if there is no value. */
static bool add_text(struct region *r, const char *raw)
{
	size_t len = strlen(raw);

	if (is_absent(raw) || !region_fits(r, len))
		return false;
	if (!is_hex(raw, len)) {
		region_add(r, unquote(raw));
		return true;
	}
	for (size_t i = 0; i < len; i += 2)
		r->data[r->len++] = (char)(hex_digit(raw[i]) << 4 | hex_digit(raw[i + 1]));
	return true;
}

static void take_text(struct event_facts *f, struct bytes *out, const char *raw)
{
	size_t start = f->text.len;

	if (out->data == NULL && add_text(&f->text, raw))
		*out = (struct bytes){ f->text.data + start, f->text.len - start };
}

static void take_word(struct event_facts *f, struct bytes *out, const char *raw)
{
	struct bytes word = unquote(raw);

	if (out->data != NULL || is_absent(raw) || !region_fits(&f->text, word.len))
		return;
	*out = (struct bytes){ f->text.data + f->text.len, word.len };
	region_add(&f->text, word);
}

/* libauparse gives each of several keys as a field of its own. */
static void take_key(struct region *keys, const char *raw)
{
	size_t start = keys->len;

	if (is_absent(raw) || !region_fits(keys, strlen(raw) + 1))
		return;
	if (start > 0)
		keys->data[keys->len++] = KEY_SEPARATOR;
	add_text(keys, raw);
}

/* The kernel drops the last NUL of a command line; struct event has it. */
static void take_title(struct event_facts *f, const char *raw)
{
	take_text(f, &f->title, raw);
	if (f->title.len == 0 || f->title.data[f->title.len - 1] == '\0')
		return;
	if (region_fits(&f->text, 1)) {
		f->text.data[f->text.len++] = '\0';
		f->title.len++;
	}
}

/* Joins the names. Nothing but PATH is read meanwhile, so they follow each other in text. */
static void take_path(struct event_facts *f, struct bytes *out, const char *raw)
{
	struct region *r = &f->text;

	f->path_start = r->len;
	if (is_absent(raw) || !region_fits(r, strlen(raw) + 1))
		return;
	if (out->data == NULL)
		out->data = r->data + r->len;
	if (out->len > 0)
		r->data[r->len++] = ',';
	add_text(r, raw);
	out->len = (size_t)(r->data + r->len - out->data);
}

/* The folder that a file lies in is no file that the call is about. */
static void drop_parent(struct event_facts *f, struct bytes *out, const char *raw)
{
	if (strcmp(raw, "PARENT") != 0 || out->data == NULL)
		return;
	f->text.len = f->path_start;
	out->len = (size_t)(f->text.data + f->text.len - out->data);
	if (out->len == 0)
		out->data = NULL;
}

static void take_number(int64_t *out, const char *raw, int base)
{
	char *end;
	int64_t n;

	errno = 0;
	n = base == 16 ? (int64_t)strtoull(raw, &end, 16) : strtoll(raw, &end, base);
	if (end != raw && *end == '\0' && errno == 0)
		*out = n;
}

static void take_id(int64_t *out, const char *raw)
{
	int64_t n = NUM_NONE - 1;

	if (*out != NUM_NONE)
		return;
	if (strcmp(raw, "-1") == 0 || strcmp(raw, "unset") == 0)
		*out = ID_UNSET;
	take_number(&n, raw, 10);
	if (n >= 0 && n <= UINT32_MAX)
		*out = n;
}

static void take_result(int64_t *out, const char *raw)
{
	static const struct { const char *word; int64_t result; } words[] = {
		{ "1", 1 }, { "success", 1 }, { "yes", 1 },
		{ "0", 0 }, { "failed", 0 }, { "no", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (*out == NUM_NONE && strcmp(raw, words[i].word) == 0)
			*out = words[i].result;
}

/* aN=value, or aN[PIECE]=value of one that is longer than a record. Not argc=, aN_len=. */
static bool read_argument_name(const char *name, int64_t *argument, int64_t *piece)
{
	char *end;

	if (name[0] != 'a' || hex_digit(name[1]) < 0 || name[1] > '9')
		return false;
	*argument = strtoll(name + 1, &end, 10);
	*piece = 0;
	if (*end == '[')
		*piece = strtoll(end + 1, &end, 10);
	return *end == '\0' || *end == ']';
}

/* Arguments count in sequence: behind a missing one nobody can say which is which. */
static void take_argument(struct event_facts *f, const char *name, const char *raw)
{
	struct region *r = &f->argv;
	int64_t argument, piece;
	bool goes_on;
	size_t start;
	char *nul;

	if (!read_argument_name(name, &argument, &piece) || f->argument_gap)
		return;
	goes_on = argument == f->argument && piece == f->piece + 1;
	f->argument_gap = !goes_on && (argument != f->argument + 1 || piece != 0);
	if (f->argument_gap || !region_fits(r, strlen(raw) + 1))
		return;
	r->len -= goes_on;	/* its NUL comes later */
	f->argument = argument;
	f->piece = piece;

	start = r->len;
	add_text(r, raw);
	nul = memchr(r->data + start, '\0', r->len - start);
	if (nul != NULL)
		r->len = (size_t)(nul - r->data);
	r->data[r->len++] = '\0';
}

static void take_first_number(int64_t *out, const char *raw, int base)
{
	if (*out == NUM_NONE)
		take_number(out, raw, base);
}

static void take(struct event_facts *f, const struct field *field, const char *raw)
{
	void *at = (char *)f + field->at;

	switch (field->how) {
	case AS_NUMBER: take_number(at, raw, 10); break;
	case AS_HEX:    take_number(at, raw, 16); break;
	case AS_FIRST_NUMBER: take_first_number(at, raw, 10); break;
	case AS_FIRST_HEX:    take_first_number(at, raw, 16); break;
	case AS_ID:     take_id(at, raw); break;
	case AS_YES:    *(bool *)at = strcmp(raw, "yes") == 0; break;
	case AS_RESULT: take_result(at, raw); break;
	case AS_WORD:   take_word(f, at, raw); break;
	case AS_TEXT:   take_text(f, at, raw); break;
	case AS_KEY:    take_key(at, raw); break;
	case AS_TITLE:  take_title(f, raw); break;
	case AS_PATH:   take_path(f, at, raw); break;
	case AS_PATH_TYPE: drop_parent(f, at, raw); break;
	}
}

static bool is_named(const struct field *field, const char *name)
{
	/* The first byte tells most names apart and saves a call. */
	return *field->name == *name && strcmp(field->name, name) == 0;
}

/* NULL if nobody wants it. Fields come in the order of the table, with others in between. */
static const struct field *find_field(struct event_facts *f, enum owner type, const char *name)
{
	const struct field *field = f->next_field;

	if (field != NULL && field->name != NULL && is_named(field, name)) {
		f->next_field++;
		return field;
	}
	for (field = fields_of[type]; field->name != NULL; field++)
		if (is_named(field, name)) {
			f->next_field = field + 1;
			return field;
		}
	return NULL;
}

void event_facts_field(struct event_facts *f, enum owner type, const char *name, const char *raw)
{
	const struct field *field;

	if (type == OWNER_EXECVE) {
		take_argument(f, name, raw);
		return;
	}
	field = find_field(f, type, name);
	/* A changed rule's key counts, not that of a rule on the call which changed it. */
	if (field == NULL ||
	    (field->how == AS_KEY && type == OWNER_SYSCALL && f->seen[OWNER_CONFIG_CHANGE]))
		return;
	take(f, field, raw);
}

bool event_facts_record(struct event_facts *f, enum owner type)
{
	bool again = f->seen[type];

	f->seen[type] = true;
	f->next_field = fields_of[type];
	switch (type) {
	case OWNER_NONE:
		return false;
	case OWNER_EXECVE:
	case OWNER_PATH:
		return true;
	case OWNER_CONFIG_CHANGE:
		return true;	/* one call may change several rules */
	default:
		return !again;
	}
}

void event_facts_init(struct event_facts *f, char *memory)
{
	*f = (struct event_facts){
		.text = { memory, 0, FACTS_REGION },
		.keys = { memory + FACTS_REGION, 0, FACTS_REGION },
		.argv = { memory + 2 * FACTS_REGION, 0, FACTS_REGION },
		.detail = { memory + 3 * FACTS_REGION, 0, FACTS_REGION },
	};
	event_facts_clear(f);
}

void event_facts_clear(struct event_facts *f)
{
	f->event = (struct event){
		.pid = NUM_NONE, .ppid = NUM_NONE, .auid = NUM_NONE, .uid = NUM_NONE,
		.euid = NUM_NONE, .gid = NUM_NONE, .ses = NUM_NONE,
		.list = NUM_NONE, .result = NUM_NONE, .arch = NUM_NONE,
	};
	memset(f->seen, 0, sizeof(f->seen));
	f->arch = f->syscall = NUM_NONE;
	f->title = (struct bytes){ NULL, 0 };
	f->text.len = f->keys.len = f->argv.len = f->detail.len = 0;
	f->argument = NUM_NONE;
	f->piece = 0;
	f->argument_gap = false;
}
