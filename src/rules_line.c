/*
 * One line of a rule file, read as auditctl reads its command line: split at
 * blanks (a tab is none, quotes are ordinary, "\ " is a blank in a word), then
 * getopt_long, with what each option demands of those before it.
 */
#include "rules_internal.h"

#include <ctype.h>
#include <getopt.h>
#include <libaudit.h>
#include <limits.h>
#include <string.h>

#define MAX_WORDS 2100	/* more than a line of auditctl's 6144 bytes can hold of use */

struct reading {
	struct line_order *out;
	struct refusal *why;
	struct paths *facts;
	unsigned elf;			/* the entry that call names are looked up in; 0: this machine's */
	bool calls, perms, program, file_system;	/* seen: -S or -w, perm or path, exe, fstype */
	enum { GOES_ON, LAST_OPTION, LINE_DONE } end;	/* LAST_OPTION: a word behind it is an error */
	char key[AUDIT_MAX_KEY_LEN + 1];
};

void line_order_release(struct line_order *o)
{
	rule_free(o->rule);
	o->rule = NULL;
}

/* Cuts line into words, in place. */
static size_t split_words(char *line, char **word, size_t max)
{
	size_t count = 0;
	char *to = line;

	for (const char *from = line; *from != '\0' && count < max;) {
		while (*from == ' ')
			from++;
		if (*from == '\0')
			break;
		word[count++] = to;
		while (*from != '\0' && *from != ' ') {
			/* auditctl leaves the first word, the option, as it is */
			if (count > 1 && from[0] == '\\' && (from[1] == ' ' || from[1] == '\\'))
				from++;
			*to++ = *from++;
		}
		if (*from == ' ')
			from++;
		*to++ = '\0';
	}
	return count;
}

static bool read_list(struct rule *r, const char *word)
{
	int list = audit_name_to_flag(word);

	/* libaudit takes capitals, auditctl does not */
	if (list < 0 || strpbrk(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != NULL)
		return false;
	r->list = (uint32_t)list;
	return true;
}

static bool read_action(struct rule *r, const char *word)
{
	if (strcmp(word, "always") == 0)
		r->action = AUDIT_ALWAYS;
	else if (strcmp(word, "never") == 0)
		r->action = AUDIT_NEVER;
	else
		return false;
	return true;
}

/* "list,action" or "action,list". */
static bool read_list_and_action(struct reading *rd, const char *arg, enum order order)
{
	struct rule *r = rd->out->rule;
	const char *comma = strchr(arg, ',');
	char first[32], second[32];

	if (rd->out->order != ORDER_NOTHING)
		return refuse(rd->why, "a line can only add or delete one rule");
	if (rd->calls && strstr(arg, "task") != NULL)
		return refuse(rd->why, "the task list takes no system calls");
	if (comma == NULL || strchr(comma + 1, ',') != NULL || comma - arg > 31 ||
	    strlen(comma + 1) > 31)
		return refuse(rd->why, "'%s' is no list and action: expected as in always,exit",
			      arg);
	memcpy(first, arg, (size_t)(comma - arg));
	first[comma - arg] = '\0';
	strcpy(second, comma + 1);
	if (strcmp(second, "possible") == 0 && read_list(r, first)) {
		refuse(&rd->out->warning, "the line is passed over: there is no action 'possible'");
		rd->end = LINE_DONE;
		return true;
	}
	if (!(read_action(r, first) && read_list(r, second)) &&
	    !(read_list(r, first) && read_action(r, second)))
		return refuse(rd->why, "'%s' is no list and action: expected as in always,exit",
			      arg);
	rd->out->order = order;
	return true;
}

static bool detect_machine(struct reading *rd)
{
	int machine;

	if (rd->elf != 0)
		return true;
	machine = audit_detect_machine();
	if (machine < 0 || (rd->elf = (unsigned)audit_machine_to_elf(machine)) == 0)
		return refuse(rd->why, "this machine is unknown to libaudit: give an arch");
	return true;
}

static bool add_call(struct reading *rd, const char *name)
{
	int machine = audit_elf_to_machine(rd->elf);
	int nr = audit_name_to_syscall(name, machine);

	if (nr < 0 && isdigit((unsigned char)*name))
		nr = (int)strtol(name, NULL, 0);
	if (nr < 0)
		return refuse(rd->why, "system call '%s' is unknown for %s", name,
			      audit_machine_to_name(machine));
	if (nr >= AUDIT_BITMASK_SIZE * 32)
		return refuse(rd->why, "system call number %s is too large", name);
	rd->out->rule->mask[nr / 32] |= UINT32_C(1) << nr % 32;
	return true;
}

static const char *list_name(uint32_t list)
{
	const char *name = list == RULE_LIST_UNSET ? NULL : audit_flag_to_name((int)list);

	return name ? name : "?";
}

static bool read_calls(struct reading *rd, char *arg)
{
	struct rule *r = rd->out->rule;
	bool guessed = rd->elf == 0;
	char *rest = arg;

	if (r->list != RULE_LIST_UNSET && !rule_takes_calls(r))
		return refuse(rd->why, "the %s list takes no system calls", list_name(r->list));
	if (!detect_machine(rd))
		return false;
	for (char *name; (name = strsep(&rest, ",")) != NULL;) {
		if (*name == '\0')
			continue;
		if (strcmp(name, "all") == 0)
			rule_all_calls(r);
		else if (!add_call(rd, name))
			return false;
		else if (guessed && rd->out->order == ORDER_ADD)
			refuse(&rd->out->warning, "without arch, the call's number means another "
			       "call for 32-bit programs");
	}
	rd->calls = true;
	return true;
}

static bool add_key(struct reading *rd, const char *key)
{
	size_t have = strlen(rd->key);

	if (have + strlen(key) + (have > 0) > AUDIT_MAX_KEY_LEN)
		return refuse(rd->why, "the keys are longer than %d bytes", AUDIT_MAX_KEY_LEN);
	if (have > 0)
		rd->key[have++] = KEY_SEPARATOR;
	strcpy(rd->key + have, key);
	if (key[strcspn(key, "\r")] != '\0')
		refuse(&rd->out->warning, "the key ends with a carriage return: the file has "
		       "DOS line ends");
	return true;
}

static bool read_key(struct reading *rd, const char *key)
{
	if (rd->out->rule->list == RULE_LIST_UNSET ||
	    !(rd->calls || rd->perms || rd->program || rd->file_system))
		return refuse(rd->why, "-k needs a watch or a system call before it");
	return add_key(rd, key);
}

static bool read_field(struct reading *rd, const char *pair)
{
	struct rule *r = rd->out->rule;
	const struct rule_field *f;

	if (r->list == RULE_LIST_UNSET)
		return refuse(rd->why, "-F needs a list before it");
	if (strncmp(pair, "key=", 4) == 0)
		return add_key(rd, pair + 4);
	if (strncmp(pair, "arch", 4) == 0 && rd->calls)
		return refuse(rd->why, "-F %s must stand before -S", pair);
	if (!field_read(r, pair, rd->why))
		return false;
	f = &r->fields[r->field_count - 1];
	rd->perms |= f->field == AUDIT_PERM || f->field == AUDIT_WATCH || f->field == AUDIT_DIR;
	rd->program |= f->field == AUDIT_EXE;
	rd->file_system |= f->field == AUDIT_FSTYPE;
	if (f->field == AUDIT_ARCH)
		rd->elf = f->value;
	return true;
}

static bool read_perms(struct reading *rd, const char *arg)
{
	struct rule *r = rd->out->rule;
	uint32_t perms = 0;

	if (r->list == RULE_LIST_UNSET)
		return refuse(rd->why, "-p needs a watch before it");
	if (strlen(arg) > 4)
		return refuse(rd->why, "-p %s is too long: it may contain r, w, x and a", arg);
	for (const char *p = arg; *p != '\0'; p++) {
		static const char letters[] = "rwxa";
		static const uint32_t bits[] = { AUDIT_PERM_READ, AUDIT_PERM_WRITE,
						 AUDIT_PERM_EXEC, AUDIT_PERM_ATTR };
		const char *at = strchr(letters, tolower((unsigned char)*p));

		if (at == NULL)
			return refuse(rd->why, "-p %s may contain r, w, x and a only", arg);
		perms |= bits[at - letters];
	}
	rd->perms = true;
	for (size_t i = 0; i < r->field_count; i++) {
		if (r->fields[i].field == AUDIT_PERM) {
			r->fields[i].value = perms;
			return true;
		}
	}
	if (r->field_count == 0)
		return refuse(rd->why, "-p needs a watch before it");
	return rule_add_field(r, AUDIT_PERM, AUDIT_EQUAL, perms, NULL, 0) ||
	       refuse(rd->why, "out of memory");
}

static bool read_watch(struct reading *rd, const char *path, enum order order)
{
	struct rule *r = rd->out->rule;
	const struct path_fact *fact;
	size_t len = strlen(path);
	bool slash = len > 2 && path[len - 1] == '/', folder;
	AUTO(freep) char *name = NULL;

	if (r->list != RULE_LIST_UNSET && order == ORDER_ADD)
		return refuse(rd->why, "-w cannot follow a rule or another watch");
	if (r->field_count > 0)
		return refuse(rd->why, "a watch cannot follow -F or another watch");
	if (*path != '/')
		return refuse(rd->why, "watch '%s' does not start with '/'", path);
	if (len >= PATH_MAX)
		return refuse(rd->why, "the path of the watch is too long");
	while (slash && len > 1 && path[len - 1] == '/')
		len--;
	if ((name = strndup(path, len)) == NULL)
		return refuse(rd->why, "out of memory");

	/* auditctl asks the file system; where nobody can, a slash is what auditctl -l prints. */
	fact = paths_look(rd->facts, name);
	folder = fact ? fact->directory : slash;
	r->list = AUDIT_FILTER_EXIT;
	r->action = AUDIT_ALWAYS;
	if (rd->out->order == ORDER_NOTHING)	/* -W behind -a adds, too */
		rd->out->order = order;
	rd->calls = rd->perms = true;
	rule_all_calls(r);
	if (strpbrk(path, "*?") != NULL)
		refuse(&rd->out->warning, "watches know no wildcards");
	else if (strstr(path, "..") != NULL)
		refuse(&rd->out->warning, "watches know no relative names");
	return (rule_add_field(r, folder ? AUDIT_DIR : AUDIT_WATCH, AUDIT_EQUAL, (uint32_t)len,
			       name, len) &&
		rule_add_field(r, AUDIT_PERM, AUDIT_EQUAL,
			       AUDIT_PERM_READ | AUDIT_PERM_WRITE | AUDIT_PERM_EXEC | AUDIT_PERM_ATTR,
			       NULL, 0)) ||
	       refuse(rd->why, "out of memory");
}

/* A level: 0, 1 or 2. */
static bool read_level(struct reading *rd, const char *option, const char *arg, int64_t *out)
{
	if (strlen(arg) != 1 || *arg < '0' || *arg > '2')
		return refuse(rd->why, "%s %s: expected 0, 1 or 2", option, arg);
	*out = *arg - '0';
	return true;
}

static bool read_number(struct reading *rd, const char *option, const char *arg, int64_t *out)
{
	if (!isdigit((unsigned char)*arg))
		return refuse(rd->why, "%s %s: expected a number", option, arg);
	*out = (int64_t)(uint32_t)strtoul(arg, NULL, 0);
	return true;
}

static bool read_delete_all(struct reading *rd, int argc, char **argv)
{
	rd->end = LINE_DONE;
	rd->out->deletes_all = true;
	if (argc == 2)
		return true;
	rd->out->deletes_all = false;
	if (argc != 4 || strcmp(argv[optind], "-k") != 0)
		return refuse(rd->why, "-D stands alone, or with -k and a key");
	strncat(rd->out->delete_key, argv[3], AUDIT_MAX_KEY_LEN);
	rd->out->deletes_all = true;
	return true;
}

/* -l and -s change no rule. */
static bool read_query(struct reading *rd, int argc, char **argv)
{
	bool by_key = argc == 4 && strcmp(argv[1], "-l") == 0 && strcmp(argv[2], "-k") == 0;

	if (argc > 2 && !by_key && !(argc == 3 && strcmp(argv[2], "-i") == 0))
		return refuse(rd->why, "%s stands alone", argv[1]);
	rd->end = LINE_DONE;
	return true;
}

static bool read_message(struct reading *rd, int argc)
{
	if (argc > 3)
		return refuse(rd->why, "-m stands alone, with one word");
	for (const char *p = optarg; *p != '\0'; p++)
		if ((unsigned char)*p < ' ')
			return refuse(rd->why, "the message has a control character");
	rd->end = LINE_DONE;
	return true;
}

static bool read_mount_pair(struct reading *rd, const char *arg)
{
	const char *comma = strchr(arg, ',');

	if (rd->calls)
		return refuse(rd->why, "-q cannot be part of a rule");
	if (comma == NULL || comma[1] == '\0' || strchr(comma + 1, ',') != NULL)
		return refuse(rd->why, "-q %s: expected a mount point, a comma and a folder", arg);
	rd->end = LINE_DONE;
	return true;
}

enum { OPTION_LOGINUID = 256, OPTION_WAIT, OPTION_LOST, OPTION_WAIT_ACTUAL, OPTION_SIGNAL };

static const struct option long_options[] = {
	{ "loginuid-immutable",             no_argument,       NULL, OPTION_LOGINUID },
	{ "backlog_wait_time",              required_argument, NULL, OPTION_WAIT },
	{ "reset-lost",                     no_argument,       NULL, OPTION_LOST },
	{ "reset_backlog_wait_time_actual", no_argument,       NULL, OPTION_WAIT_ACTUAL },
	{ "signal",                         required_argument, NULL, OPTION_SIGNAL },
	{ NULL, 0, NULL, 0 },
};

static bool read_setting(struct reading *rd, int option)
{
	struct rule_settings *s = &rd->out->settings;

	switch (option) {
	case 'e':
		return read_level(rd, "-e", optarg, &s->enabled);
	case 'f':
		return read_level(rd, "-f", optarg, &s->failure);
	case 'b':
		return read_number(rd, "-b", optarg, &s->backlog);
	case 'r':
		return read_number(rd, "-r", optarg, &s->rate);
	case OPTION_WAIT:
		return read_number(rd, "--backlog_wait_time", optarg, &s->backlog_wait);
	case OPTION_LOGINUID:
		s->loginuid_immutable = true;
		break;
	case 'c':
	case 'i':
		s->report |= option == 'c';
		s->ignore = true;
		rd->end = LAST_OPTION;
		return true;
	default:	/* counters, signals: nothing that rules depend on */
		break;
	}
	rd->end = LINE_DONE;
	return true;
}

static bool read_option(struct reading *rd, int option, int argc, char **argv)
{
	switch (option) {
	case 'a':
		return read_list_and_action(rd, optarg, ORDER_ADD);
	case 'A':
		rd->out->rule->prepend = true;
		return read_list_and_action(rd, optarg, ORDER_ADD);
	case 'd':
		return read_list_and_action(rd, optarg, ORDER_DELETE);
	case 'w':
		return read_watch(rd, optarg, ORDER_ADD);
	case 'W':
		return read_watch(rd, optarg, ORDER_DELETE);
	case 'F':
		return read_field(rd, optarg);
	case 'C':
		return comparison_read(rd->out->rule, optarg, rd->why);
	case 'S':
		return read_calls(rd, optarg);
	case 'p':
		return read_perms(rd, optarg);
	case 'k':
		return read_key(rd, optarg);
	case 'D':
		return read_delete_all(rd, argc, argv);
	case 'q':
		return read_mount_pair(rd, optarg);
	case 'l':
	case 's':
		return read_query(rd, argc, argv);
	case 'm':
		return read_message(rd, argc);
	case 't':
		rd->end = LINE_DONE;
		return true;
	case 'v':
		rd->end = LAST_OPTION;
		return true;
	case 'h':
		return refuse(rd->why, "-h is an error in a rule file");
	case 'R':
		return refuse(rd->why, "rule files cannot be nested");
	case '?':
		return refuse(rd->why, "option '%s' is unknown, or lacks its value",
			      argv[optind - 1]);
	default:
		return read_setting(rd, option);
	}
}

/* What belongs to the rule as a whole, once its line has been read. */
static bool complete(struct reading *rd)
{
	struct rule *r = rd->out->rule;

	if (r->list == RULE_LIST_UNSET) {
		if (rd->calls)
			return refuse(rd->why, "-S needs a list before it, as in -a always,exit");
		return true;
	}
	if (rd->key[0] != '\0') {
		if (!(rd->calls || rd->perms || rd->program || rd->file_system))
			return refuse(rd->why, "key= needs a watch, a system call, path, perm or exe "
				      "before it");
		if (r->list == AUDIT_FILTER_EXCLUDE)
			return refuse(rd->why, "the exclude list takes no key");
		if (!rule_add_field(r, AUDIT_FILTERKEY, AUDIT_EQUAL, (uint32_t)strlen(rd->key),
				    rd->key, strlen(rd->key)))
			return refuse(rd->why, "out of memory");
	}
	if (!rd->calls)
		rule_all_calls(r);
	rule_clear_unused(r);
	return true;
}

bool line_read(struct line_order *o, const char *text, struct paths *facts, struct refusal *why)
{
	struct reading rd = { .out = o, .why = why, .facts = facts };
	AUTO(freep) char *copy = strdup(text);
	AUTO(freep) char **argv = calloc(MAX_WORDS + 2, sizeof(*argv));
	int argc, option;
	bool good = true;

	*o = (struct line_order){ .settings = { -1, -1, -1, -1, -1, false, false, false, false } };
	if (copy == NULL || argv == NULL || (o->rule = rule_new()) == NULL)
		return refuse(why, "out of memory");
	argv[0] = (char *)"auditctl";
	argc = 1 + (int)split_words(copy, argv + 1, MAX_WORDS);
	if (argc == 1 || argv[1][0] == '#')
		return true;

	optind = 0;	/* glibc: forget the last line */
	opterr = 0;
	while (good && rd.end == GOES_ON &&
	       (option = getopt_long(argc, argv, "hicslDvtC:e:f:r:b:a:A:d:S:F:m:R:w:W:k:p:q:",
					     long_options, NULL)) != -1)
		good = read_option(&rd, option, argc, argv);
	if (good && rd.end != LINE_DONE && optind < argc)
		good = refuse(why, "'%s' belongs to no option", argv[optind]);
	/* auditctl sends a rule only if it was the last thing asked for. */
	if (good && rd.end != GOES_ON)
		o->order = ORDER_NOTHING;
	if (good)
		return rd.end != GOES_ON || complete(&rd);
	/* Also of a refused line, the rule as far as it goes says what it was meant to cover. */
	rd.why = &(struct refusal){ "" };
	(void)complete(&rd);
	return false;
}
