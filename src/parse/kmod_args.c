#include "parse/kmod_args.h"

#include <string.h>

/* What an option does to the meaning of a command line. */
enum effect {
	PLAIN,	/* nothing that matters here */
	VALUE,	/* the next argument belongs to it */
	REMOVE,	/* unload instead of load */
	ALL,	/* every operand is a module */
	QUERY,	/* nothing will be loaded or unloaded */
};

struct option_spec {
	char letter;		/* 0: long form only */
	const char *name;	/* NULL: short form only */
	enum effect effect;
};

static const struct option_spec insmod_options[] = {
	{ 'f', "force", PLAIN },
	{ 'p', NULL, PLAIN },
	{ 's', "syslog", PLAIN },
	{ 'v', "verbose", PLAIN },
	{ 'V', "version", QUERY },
	{ 'h', "help", QUERY },
	{ .name = NULL },
};

static const struct option_spec rmmod_options[] = {
	{ 'a', NULL, PLAIN },		/* busybox: all that are unused */
	{ 'f', "force", PLAIN },
	{ 's', "syslog", PLAIN },
	{ 'v', "verbose", PLAIN },
	{ 'w', "wait", PLAIN },
	{ 'V', "version", QUERY },
	{ 'h', "help", QUERY },
	{ .name = NULL },
};

static const struct option_spec modprobe_options[] = {
	{ 'a', "all", ALL },
	{ 'r', "remove", REMOVE },
	{ 0,   "remove-dependencies", PLAIN },
	{ 0,   "remove-holders", PLAIN },
	{ 'w', "wait", VALUE },
	{ 0,   "first-time", PLAIN },
	{ 'i', "ignore-install", PLAIN },
	{ 0,   "ignore-remove", PLAIN },
	{ 'b', "use-blacklist", PLAIN },
	{ 'f', "force", PLAIN },
	{ 0,   "force-modversion", PLAIN },
	{ 0,   "force-vermagic", PLAIN },
	{ 'R', "resolve-alias", QUERY },
	{ 'D', "show-depends", QUERY },
	{ 'c', "showconfig", QUERY },
	{ 0,   "show-config", QUERY },
	{ 0,   "show-modversions", QUERY },
	{ 0,   "dump-modversions", QUERY },
	{ 0,   "show-exports", QUERY },
	{ 'n', "dry-run", QUERY },
	{ 0,   "show", QUERY },
	{ 'l', NULL, QUERY },		/* busybox: list */
	{ 'C', "config", VALUE },
	{ 'd', "dirname", VALUE },
	{ 'S', "set-version", VALUE },
	{ 's', "syslog", PLAIN },
	{ 'q', "quiet", PLAIN },
	{ 'v', "verbose", PLAIN },
	{ 'V', "version", QUERY },
	{ 'h', "help", QUERY },
	{ .name = NULL },
};

/* The dynamic linker's, when it is run as a program (ld.so(8)). */
static const struct option_spec loader_options[] = {
	{ 0, "library-path", VALUE },
	{ 0, "glibc-hwcaps-prepend", VALUE },
	{ 0, "glibc-hwcaps-mask", VALUE },
	{ 0, "inhibit-rpath", VALUE },
	{ 0, "audit", VALUE },
	{ 0, "preload", VALUE },
	{ 0, "list", QUERY },
	{ 0, "verify", QUERY },
	{ .name = NULL },
};

static const struct tool {
	const char *name;
	const struct option_spec *options;	/* NULL: neither loads nor unloads */
} tools[] = {
	{ "insmod", insmod_options },
	{ "rmmod", rmmod_options },
	{ "modprobe", modprobe_options },
	{ "lsmod", NULL },
	{ "modinfo", NULL },
	{ "depmod", NULL },
	{ "kmod", NULL },
};

static bool starts(struct bytes b, const char *text)
{
	return b.len >= strlen(text) && memcmp(b.data, text, strlen(text)) == 0;
}

static struct bytes base_name(struct bytes path)
{
	const char *slash = path.len > 0 ? memrchr(path.data, '/', path.len) : NULL;

	if (slash == NULL)
		return path;
	return (struct bytes){ slash + 1, path.len - (size_t)(slash + 1 - path.data) };
}

bool argv_next(struct bytes *rest, struct bytes *argument)
{
	const char *end;

	if (rest->len == 0)
		return false;
	end = memchr(rest->data, '\0', rest->len);
	argument->data = rest->data;
	argument->len = end == NULL ? rest->len : (size_t)(end - rest->data);
	rest->data += argument->len + (end != NULL);
	rest->len -= argument->len + (end != NULL);
	return true;
}

static const struct tool *find_tool(struct bytes name)
{
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++)
		if (bytes_are(name, tools[i].name))
			return &tools[i];
	return NULL;
}

/*
 * Operands and options of a command line, as getopt_long(3) reads them:
 * options may stand behind operands, short ones may be bundled, long ones may
 * be cut as long as they stay unique.
 */
struct walk {
	struct bytes rest;
	const struct option_spec *options;
	bool operands_only;	/* "--" was there */
	bool removes, all, query;
};

static void take_effect(struct walk *w, const struct option_spec *option, bool value_is_next)
{
	struct bytes value;

	/* An option of a later kmod: what it does is not known, so the rest counts. */
	if (option == NULL)
		return;
	w->removes |= option->effect == REMOVE;
	w->all |= option->effect == ALL;
	w->query |= option->effect == QUERY;
	if (option->effect == VALUE && value_is_next)
		argv_next(&w->rest, &value);
}

static const struct option_spec *find_short(const struct option_spec *o, char letter)
{
	for (; o->letter != 0 || o->name != NULL; o++)
		if (o->letter == letter)
			return o;
	return NULL;
}

static const struct option_spec *find_long(const struct option_spec *o, struct bytes name)
{
	const struct option_spec *cut = NULL;
	bool ambiguous = false;

	for (; o->letter != 0 || o->name != NULL; o++) {
		if (o->name == NULL || strncmp(o->name, name.data, name.len) != 0)
			continue;
		if (o->name[name.len] == '\0')
			return o;
		ambiguous |= cut != NULL && cut->effect != o->effect;
		cut = o;
	}
	return ambiguous ? NULL : cut;
}

static void take_short(struct walk *w, struct bytes letters)
{
	for (size_t i = 0; i < letters.len; i++) {
		const struct option_spec *option = find_short(w->options, letters.data[i]);
		bool last = i + 1 == letters.len;

		take_effect(w, option, last);
		if (option != NULL && option->effect == VALUE)
			return;		/* "-C/etc/x": the other letters are its value */
	}
}

static void take_long(struct walk *w, struct bytes name)
{
	const char *value = memchr(name.data, '=', name.len);

	if (value != NULL)
		name.len = (size_t)(value - name.data);
	take_effect(w, find_long(w->options, name), value == NULL);
}

static bool next_operand(struct walk *w, struct bytes *operand)
{
	while (argv_next(&w->rest, operand)) {
		if (w->operands_only || operand->len < 2 || operand->data[0] != '-')
			return true;
		if (bytes_are(*operand, "--"))
			w->operands_only = true;
		else if (operand->data[1] == '-')
			take_long(w, (struct bytes){ operand->data + 2, operand->len - 2 });
		else
			take_short(w, (struct bytes){ operand->data + 1, operand->len - 1 });
	}
	return false;
}

/* ld-linux-x86-64.so.2, ld64.so.2, ld-musl-aarch64.so.1, ld-2.36.so, ld.so */
static bool is_loader(struct bytes name)
{
	return starts(name, "ld") && memmem(name.data, name.len, ".so", 3) != NULL;
}

/* The name that a program run by the dynamic linker sees as its own; NULL if none is run. */
static struct bytes loaded_name(struct bytes *rest)
{
	struct walk w = { .options = loader_options };
	struct bytes argument, given = { NULL, 0 };

	while (argv_next(rest, &argument)) {
		if (bytes_are(argument, "--argv0")) {
			argv_next(rest, &given);
			continue;
		}
		if (!starts(argument, "--") && !w.query)
			return given.data != NULL ? given : argument;
		w.rest = *rest;
		take_long(&w, (struct bytes){ argument.data + 2, argument.len - 2 });
		*rest = w.rest;
	}
	return (struct bytes){ NULL, 0 };
}

/* The name that the command line acts under; *rest is left at what follows it. */
static struct bytes acting_name(struct bytes *rest)
{
	struct bytes name = { NULL, 0 }, after, next;

	argv_next(rest, &name);
	name = base_name(name);
	if (is_loader(name))
		name = base_name(loaded_name(rest));
	if (bytes_are(name, "busybox") && argv_next(rest, &name))
		name = base_name(name);

	after = *rest;
	if (bytes_are(name, "kmod") && argv_next(&after, &next) && find_tool(next) != NULL) {
		*rest = after;
		name = next;
	}
	return name;
}

/* Module names have '_' where file and command names may have '-'. */
static void copy_normalized(char *out, struct bytes name)
{
	for (size_t i = 0; i < name.len; i++)
		out[i] = name.data[i] == '-' ? '_' : name.data[i];
	out[name.len] = '\0';
}

/* Reduces name to what is in front of .ko, .ko.gz, ... False, name untouched, if it has none. */
static bool cut_suffix(struct bytes *name)
{
	static const char *const suffixes[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		size_t len = strlen(suffixes[i]);
		const char *end = name->data + name->len;

		if (name->len > len && memcmp(end - len, suffixes[i], len) == 0) {
			name->len -= len;
			return true;
		}
	}
	return false;
}

bool module_name_of_file(struct bytes path, char *out, size_t size)
{
	struct bytes name = base_name(path);

	if (!cut_suffix(&name) || name.len >= size)
		return false;
	copy_normalized(out, name);
	return true;
}

static void add_module(struct kmod_args *out, struct bytes operand)
{
	size_t used = strlen(out->modules);
	size_t comma = used > 0;
	struct bytes name = base_name(operand);

	cut_suffix(&name);
	if (name.len == 0)
		return;
	out->module_count++;
	if (used + comma + name.len >= sizeof(out->modules))
		return;
	if (comma)
		out->modules[used] = ',';
	copy_normalized(out->modules + used + comma, name);
}

void kmod_args_read(struct kmod_args *out, struct bytes argv)
{
	struct bytes name = acting_name(&argv), operand;
	const struct tool *tool = find_tool(name);
	struct walk options, operands;
	bool many;

	*out = (struct kmod_args){ .modules = "" };
	if (tool == NULL)
		return;
	out->tool = name;
	if (tool->options == NULL)
		return;

	/* How many operands are modules is known only behind the last option. */
	operands = options = (struct walk){ .rest = argv, .options = tool->options };
	while (next_operand(&options, &operand))
		;
	out->intends = !options.query;
	out->removes = options.removes || tool->options == rmmod_options;
	many = out->removes || options.all;
	while ((many || out->module_count == 0) && next_operand(&operands, &operand))
		add_module(out, operand);
}

bool is_kmod(struct bytes exe)
{
	return bytes_are(base_name(exe), "kmod");
}

struct bytes tool_of_process(const struct kmod_args *line, struct bytes comm, struct bytes exe)
{
	if (line->tool.data != NULL)
		return line->tool;
	if (is_kmod(exe) && find_tool(comm) != NULL)
		return comm;
	return (struct bytes){ NULL, 0 };
}
