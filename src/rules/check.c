/*
 * What the kernel would refuse (kernel/auditfilter.c, audit_watch.c,
 * audit_tree.c and audit_fsnotify.c of 6.1), as far as plain data can tell.
 */
#include "rules/private.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <string.h>

static bool is_equality(uint32_t op)
{
	return op == AUDIT_EQUAL || op == AUDIT_NOT_EQUAL;
}

static bool operator_fits(const struct rule_field *f)
{
	switch (f->field) {
	case AUDIT_ARG0 ... AUDIT_ARG3:
	case AUDIT_PERS:
	case AUDIT_DEVMINOR:
		return true;
	case AUDIT_SUBJ_USER:
	case AUDIT_SUBJ_ROLE:
	case AUDIT_SUBJ_TYPE:
	case AUDIT_OBJ_USER:
	case AUDIT_OBJ_ROLE:
	case AUDIT_OBJ_TYPE:
	case AUDIT_FILTERKEY:
	case AUDIT_LOGINUID_SET:
	case AUDIT_ARCH:
	case AUDIT_FSTYPE:
	case AUDIT_PERM:
	case AUDIT_FILETYPE:
	case AUDIT_FIELD_COMPARE:
	case AUDIT_EXE:
	case AUDIT_INODE:
		return is_equality(f->op);
	case AUDIT_WATCH:
	case AUDIT_DIR:
		return f->op == AUDIT_EQUAL;
	default:
		return f->op != AUDIT_BIT_MASK && f->op != AUDIT_BIT_TEST;
	}
}

static bool value_fits(const struct rule_field *f, struct refusal *why)
{
	const char *name = rule_field_name(f->field);
	bool unset = f->value == AUDIT_UID_UNSET;

	if (field_is_user(f->field) && f->field != AUDIT_LOGINUID && unset)
		return refuse(why, "%s cannot be compared with unset: only auid can", name);
	if (field_is_group(f->field) && unset)
		return refuse(why, "%s cannot be compared with -1", name);
	if (f->field == AUDIT_LOGINUID && unset && !is_equality(f->op))
		return refuse(why, "auid can only be equal or not equal to unset");
	if (f->field == AUDIT_PERM && f->value & ~(uint32_t)PERM_ALL)
		return refuse(why, "perm may contain r, w, x and a only");
	if (f->field == AUDIT_FILETYPE && f->value & ~(uint32_t)S_IFMT)
		return refuse(why, "filetype is no file type");
	if (f->field == AUDIT_FIELD_COMPARE && f->value > AUDIT_MAX_FIELD_COMPARE)
		return refuse(why, "the kernel does not know this comparison");
	if (f->field == AUDIT_SADDR_FAM && f->value >= AF_MAX)
		return refuse(why, "saddr_fam is no address family");
	if (f->field == AUDIT_FILTERKEY && strlen(f->text) > AUDIT_MAX_KEY_LEN)
		return refuse(why, "the keys are longer than %d bytes", AUDIT_MAX_KEY_LEN);
	return true;
}

static bool is_place(uint32_t field)
{
	return field == AUDIT_WATCH || field == AUDIT_DIR || field == AUDIT_EXE;
}

static bool place_fits(const struct rule_field *f, struct paths *facts, struct refusal *why)
{
	const char *name = rule_field_name(f->field);
	size_t len = strlen(f->text);
	const struct path_fact *fact;

	if (f->text[0] != '/')
		return refuse(why, "%s=%s does not start with '/'", name, f->text);
	if (f->field != AUDIT_DIR && f->text[len - 1] == '/')
		return refuse(why, "%s=%s ends with '/'", name, f->text);
	if ((fact = paths_look(facts, f->text)) == NULL)
		return true;
	if (f->field == AUDIT_DIR && !fact->exists)
		return refuse(why, "folder '%s' does not exist", f->text);
	if (f->field != AUDIT_DIR && !fact->folder)
		return refuse(why, "the folder of '%s' does not exist", f->text);
	return true;
}

/* Only one thing may hold a rule to a file. */
static bool anchors_fit(const struct rule *r, struct refusal *why)
{
	unsigned anchors = 0, keys = 0, programs = 0;

	for (size_t i = 0; i < r->field_count; i++) {
		uint32_t field = r->fields[i].field;

		anchors += field == AUDIT_WATCH || field == AUDIT_DIR || field == AUDIT_INODE;
		keys += field == AUDIT_FILTERKEY;
		programs += field == AUDIT_EXE;
	}
	if (anchors > 1)
		return refuse(why, "a rule takes only one of path, dir and inode");
	if (programs > 1)
		return refuse(why, "a rule takes only one exe");
	return keys <= 1 || refuse(why, "a rule takes only one key field");
}

static bool list_fits(uint32_t list, struct refusal *why)
{
	switch (list) {
	case AUDIT_FILTER_USER:
	case AUDIT_FILTER_TASK:
	case AUDIT_FILTER_EXIT:
	case AUDIT_FILTER_EXCLUDE:
	case AUDIT_FILTER_FS:
		return true;
	default:
		return refuse(why, "the kernel has no such list any more: use exit");
	}
}

bool kernel_takes(const struct rule *r, struct paths *facts, struct refusal *why)
{
	if (!list_fits(r->list, why))
		return false;
	if (r->field_count > AUDIT_MAX_FIELDS)
		return refuse(why, "more than %d fields", AUDIT_MAX_FIELDS);
	for (size_t i = 0; i < r->field_count; i++) {
		const struct rule_field *f = &r->fields[i];

		if (!operator_fits(f))
			return refuse(why, "%s does not take this operator",
				      rule_field_name(f->field));
		if (!value_fits(f, why))
			return false;
		if (is_place(f->field) && !place_fits(f, facts, why))
			return false;
	}
	return anchors_fit(r, why);
}
