/*
 * The options of a line that make up a rule, one by one, each with what
 * auditctl demands of those before it.
 */
#include "rules/private.h"

#include <ctype.h>
#include <libaudit.h>
#include <limits.h>
#include <string.h>

bool reading_refused(struct reading *rd)
{
	rd->why = &rd->later;
	return false;
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
bool reading_list_and_action(struct reading *rd, const char *arg, enum order order)
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

bool reading_calls(struct reading *rd, char *arg)
{
	struct rule *r = rd->out->rule;
	bool guessed = rd->elf == 0, good = true;
	char *rest = arg;

	if (r->list != RULE_LIST_UNSET && !rule_takes_calls(r))
		return refuse(rd->why, "the %s list takes no system calls", list_name(r->list));
	rd->calls = true;
	if (!detect_machine(rd))
		return false;
	for (char *name; (name = strsep(&rest, ",")) != NULL;) {
		if (*name == '\0')
			continue;
		if (strcmp(name, "all") == 0)
			rule_all_calls(r);
		else if (!add_call(rd, name))
			good = reading_refused(rd);
		else if (guessed && rd->out->order == ORDER_ADD)
			refuse(&rd->out->warning, "without arch, the call's number means another "
			       "call for 32-bit programs");
	}
	return good;
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

bool reading_key(struct reading *rd, const char *key)
{
	if (rd->out->rule->list == RULE_LIST_UNSET ||
	    !(rd->calls || rd->perms || rd->program || rd->file_system))
		return refuse(rd->why, "-k needs a watch or a system call before it");
	return add_key(rd, key);
}

bool reading_field(struct reading *rd, const char *pair)
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

bool reading_perms(struct reading *rd, const char *arg)
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
	       refuse_memory(rd->why);
}

bool reading_watch(struct reading *rd, const char *path, enum order order)
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
		return refuse_memory(rd->why);

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
	if (!rule_add_field(r, folder ? AUDIT_DIR : AUDIT_WATCH, AUDIT_EQUAL, (uint32_t)len, name,
			    len) ||
	    !rule_add_field(r, AUDIT_PERM, AUDIT_EQUAL, PERM_ALL, NULL, 0))
		return refuse_memory(rd->why);
	return true;
}

/* What belongs to the rule as a whole, once its line has been read. */
bool reading_complete(struct reading *rd)
{
	struct rule *r = rd->out->rule;

	if (r->list == RULE_LIST_UNSET) {
		if (rd->calls)
			return refuse(rd->why, "-S needs a list before it, as in -a always,exit");
		return true;
	}
	if (rd->key[0] != '\0') {
		if (!(rd->calls || rd->perms || rd->program || rd->file_system))
			return refuse(rd->why, "key= needs a watch, a system call, path, perm or "
				      "exe before it");
		if (r->list == AUDIT_FILTER_EXCLUDE)
			return refuse(rd->why, "the exclude list takes no key");
		if (!rule_add_field(r, AUDIT_FILTERKEY, AUDIT_EQUAL, (uint32_t)strlen(rd->key),
				    rd->key, strlen(rd->key)))
			return refuse_memory(rd->why);
	}
	if (!rd->calls)
		rule_all_calls(r);
	rule_clear_unused(r);
	return true;
}
