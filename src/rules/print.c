/*
 * A rule as text, spelt as "auditctl -l" spells it, and what a machine's
 * system calls are called.
 */
#include "rules/private.h"

#include "base/text.h"

#include <libaudit.h>
#include <string.h>

static const char *symbol(uint32_t op)
{
	const char *s = audit_operator_to_symbol((int)op);

	return s ? s : "=";
}

static bool is_place(const struct rule_field *f)
{
	return f->field == AUDIT_WATCH || f->field == AUDIT_DIR;
}

/* auditctl -l prints a watch where a rule is nothing but a path, permissions and keys. */
static bool is_watch(const struct rule *r)
{
	bool perms = false, place = false;

	if (r->list != AUDIT_FILTER_EXIT || r->action != AUDIT_ALWAYS || !rule_has_all_calls(r))
		return false;
	for (size_t i = 0; i < r->field_count; i++) {
		const struct rule_field *f = &r->fields[i];

		perms |= f->field == AUDIT_PERM;
		place |= is_place(f);
		if (f->field != AUDIT_PERM && f->field != AUDIT_FILTERKEY && !is_place(f))
			return false;
	}
	return perms && place;
}

static void put_keys(struct text *o, const char *keys, bool watch)
{
	while (*keys != '\0') {
		size_t len = strcspn(keys, (char[]){ KEY_SEPARATOR, '\0' });

		text_put(o, watch ? " -k %.*s" : " -F key=%.*s", (int)len, keys);
		keys += len + (keys[len] != '\0');
	}
}

static void put_perms(struct text *o, uint32_t perms, bool watch)
{
	text_put(o, "%s%s%s%s%s", watch ? " -p " : " -F perm=", perms & AUDIT_PERM_READ ? "r" : "",
	    perms & AUDIT_PERM_WRITE ? "w" : "", perms & AUDIT_PERM_EXEC ? "x" : "",
	    perms & AUDIT_PERM_ATTR ? "a" : "");
}

static void put_arch(struct text *o, const struct rule_field *f)
{
	int machine = audit_elf_to_machine(f->value), here = audit_detect_machine();

	if (f->value & __AUDIT_ARCH_64BIT && machine == here)
		text_put(o, " -F arch%sb64", symbol(f->op));
	else if (f->value == AUDIT_ARCH_I386 && here == MACH_86_64)
		text_put(o, " -F arch%sb32", symbol(f->op));
	else if (machine >= 0)
		text_put(o, " -F arch%s%s", symbol(f->op), audit_machine_to_name(machine));
	else
		text_put(o, " -F arch%s0x%X", symbol(f->op), f->value);
}

/* -C, by the number that the kernel gives to a pair of fields. */
static const char *const comparisons[][2] = {
	[AUDIT_COMPARE_UID_TO_OBJ_UID] = { "uid", "obj_uid" },
	[AUDIT_COMPARE_GID_TO_OBJ_GID] = { "gid", "obj_gid" },
	[AUDIT_COMPARE_EUID_TO_OBJ_UID] = { "euid", "obj_uid" },
	[AUDIT_COMPARE_EGID_TO_OBJ_GID] = { "egid", "obj_gid" },
	[AUDIT_COMPARE_AUID_TO_OBJ_UID] = { "auid", "obj_uid" },
	[AUDIT_COMPARE_SUID_TO_OBJ_UID] = { "suid", "obj_uid" },
	[AUDIT_COMPARE_SGID_TO_OBJ_GID] = { "sgid", "obj_gid" },
	[AUDIT_COMPARE_FSUID_TO_OBJ_UID] = { "fsuid", "obj_uid" },
	[AUDIT_COMPARE_FSGID_TO_OBJ_GID] = { "fsgid", "obj_gid" },
	[AUDIT_COMPARE_UID_TO_AUID] = { "uid", "auid" },
	[AUDIT_COMPARE_UID_TO_EUID] = { "uid", "euid" },
	[AUDIT_COMPARE_UID_TO_FSUID] = { "uid", "fsuid" },
	[AUDIT_COMPARE_UID_TO_SUID] = { "uid", "suid" },
	[AUDIT_COMPARE_AUID_TO_FSUID] = { "auid", "fsuid" },
	[AUDIT_COMPARE_AUID_TO_SUID] = { "auid", "suid" },
	[AUDIT_COMPARE_AUID_TO_EUID] = { "auid", "euid" },
	[AUDIT_COMPARE_EUID_TO_SUID] = { "euid", "suid" },
	[AUDIT_COMPARE_EUID_TO_FSUID] = { "euid", "fsuid" },
	[AUDIT_COMPARE_SUID_TO_FSUID] = { "suid", "fsuid" },
	[AUDIT_COMPARE_GID_TO_EGID] = { "gid", "egid" },
	[AUDIT_COMPARE_GID_TO_FSGID] = { "gid", "fsgid" },
	[AUDIT_COMPARE_GID_TO_SGID] = { "gid", "sgid" },
	[AUDIT_COMPARE_EGID_TO_FSGID] = { "egid", "fsgid" },
	[AUDIT_COMPARE_EGID_TO_SGID] = { "egid", "sgid" },
	[AUDIT_COMPARE_SGID_TO_FSGID] = { "sgid", "fsgid" },
};

static void put_number(struct text *o, const struct rule_field *f)
{
	const char *name = rule_field_name(f->field), *word = NULL;

	if (f->field == AUDIT_MSGTYPE)
		word = audit_msg_type_to_name((int)f->value);
	else if (f->field == AUDIT_FSTYPE)
		word = audit_fstype_to_name((int)f->value);
	else if (f->field == AUDIT_FILETYPE)
		word = audit_ftype_to_name((int)f->value);

	if (word != NULL)
		text_put(o, " -F %s%s%s", name, symbol(f->op), word);
	else if (f->field >= AUDIT_ARG0 && f->field <= AUDIT_ARG3)
		text_put(o, " -F %s%s0x%X", name, symbol(f->op), f->value);
	else if (f->field == AUDIT_INODE)
		text_put(o, " -F %s%s%u", name, symbol(f->op), f->value);
	else
		text_put(o, " -F %s%s%d", name, symbol(f->op), (int)f->value);
}

static void put_field(struct text *o, const struct rule_field *f, bool watch)
{
	switch (f->field) {
	case AUDIT_ARCH:	/* stands in front of the calls */
		return;
	case AUDIT_FILTERKEY:
		put_keys(o, f->text, watch);
		return;
	case AUDIT_PERM:
		put_perms(o, f->value, watch);
		return;
	case AUDIT_FIELD_COMPARE:
		if (f->value < ARRAY_SIZE(comparisons) && comparisons[f->value][0] != NULL)
			text_put(o, " -C %s%s%s", comparisons[f->value][0], symbol(f->op),
			    comparisons[f->value][1]);
		return;
	default:
		break;
	}
	if (f->text == NULL)
		put_number(o, f);
	else if (watch)
		text_put(o, "-w %s%s", f->text, f->field == AUDIT_DIR ? "/" : "");
	else
		text_put(o, " -F %s%s%s", rule_field_name(f->field), symbol(f->op), f->text);
}

static void put_calls(struct text *o, const struct rule *r)
{
	const struct rule_field *arch = rule_field_of(r, AUDIT_ARCH);
	int machine = arch ? audit_elf_to_machine(arch->value) : audit_detect_machine();
	bool first = true;

	if (!rule_takes_calls(r))
		return;
	if (rule_has_all_calls(r)) {
		text_put(o, " -S all");
		return;
	}
	for (int nr = 0; nr < RULE_MASK_CALLS; nr++) {
		const char *name;

		if (!rule_has_call(r, nr))
			continue;
		name = machine >= 0 ? audit_syscall_to_name(nr, machine) : NULL;
		text_put(o, first ? " -S " : ",");
		if (name != NULL)
			text_put(o, "%s", name);
		else
			text_put(o, "%d", nr);
		first = false;
	}
}

void rule_print(const struct rule *r, char *out, size_t size)
{
	struct text o = { out, size, 0 };
	bool watch = is_watch(r);
	const char *list = audit_flag_to_name((int)r->list);

	if (!watch) {
		text_put(&o, "-%c %s,%s", r->prepend ? 'A' : 'a',
		    r->action == AUDIT_ALWAYS ? "always" : "never", list ? list : "?");
		for (size_t i = 0; i < r->field_count; i++)
			if (r->fields[i].field == AUDIT_ARCH)
				put_arch(&o, &r->fields[i]);
		put_calls(&o, r);
	}
	/* In a watch the path stands first, wherever it is in the rule. */
	for (size_t i = 0; watch && i < r->field_count; i++)
		if (is_place(&r->fields[i]))
			put_field(&o, &r->fields[i], true);
	for (size_t i = 0; i < r->field_count; i++)
		if (!watch || !is_place(&r->fields[i]))
			put_field(&o, &r->fields[i], watch);
}

void rule_value_print(const struct rule_field *f, char *out, size_t size)
{
	char printed[RULE_VALUE_MAX + 32] = "";
	struct text o = { printed, sizeof(printed), 0 };
	size_t before = strlen(" -F ");

	if (f->field == AUDIT_ARCH)
		put_arch(&o, f);
	else
		put_field(&o, f, false);
	if (f->field != AUDIT_FIELD_COMPARE)
		before += strlen(rule_field_name(f->field));
	snprintf(out, size, "%s", printed + MIN(before, o.len));
}

bool rules_machine(struct abi_calls abi[2], const char *machine)
{
	int number = machine ? audit_name_to_machine(machine) : audit_detect_machine();

	return machine_entries(number < 0 ? 0 : (uint32_t)audit_machine_to_elf(number), abi);
}
