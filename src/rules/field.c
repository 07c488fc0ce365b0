/*
 * -F and -C: one condition of a rule, and what the kernel thinks of it.
 *
 * libaudit reads the values. It is given one condition at a time, because it
 * keeps state between conditions that only auditctl can reset; and those whose
 * reading would ask the running kernel for its features are read here.
 */
#include "rules/private.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <libaudit.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>

/* What libaudit's negative results mean: they are documented by its messages only. */
static const char *const library_words[] = {
	[1] = "lacks an operator: =, !=, <, >, <=, >=, & or &=",
	[2] = "names an unknown field",
	[4] = "names an unknown machine",
	[5] = "names a machine that libaudit cannot map",
	[6] = "asks for a word size that this machine does not have",
	[7] = "is for the exit list only",
	[8] = "names an unknown message type",
	[9] = "is for the exclude and user lists only",
	[11] = "is too long",
	[13] = "takes = and != only",
	[14] = "may contain r, w, x and a only",
	[15] = "names an unknown error",
	[16] = "names an unknown file type",
	[17] = "is for the exit list only",
	[20] = "lacks a value",
	[21] = "needs a number",
	[22] = "lacks the field's name",
	[24] = "lacks the field's name",
	[25] = "lacks a value",
	[26] = "names an unknown field",
	[27] = "cannot be compared with that field",
	[28] = "is one field too many",
	[29] = "takes = only",
	[30] = "is not supported by the kernel",
	[31] = "is for the exit, exclude and user lists only",
	[33] = "compares what cannot be compared",
	[36] = "names an unknown file system type",
	[37] = "has a value that is too large",
};

static bool library_refusal(struct refusal *why, const char *option, const char *pair, int rc)
{
	size_t i = (size_t)-rc;
	const char *words = i < ARRAY_SIZE(library_words) ? library_words[i] : NULL;

	return refuse(why, "%s %s %s", option, pair, words ? words : "is refused by libaudit");
}

bool field_is_text(uint32_t field)
{
	switch (field) {
	case AUDIT_WATCH:
	case AUDIT_DIR:
	case AUDIT_EXE:
	case AUDIT_FILTERKEY:
	case AUDIT_SUBJ_USER ... AUDIT_SUBJ_CLR:
	case AUDIT_OBJ_USER ... AUDIT_OBJ_LEV_HIGH:
		return true;
	default:
		return false;
	}
}

bool field_is_user(uint32_t field)
{
	return field == AUDIT_UID || field == AUDIT_EUID || field == AUDIT_SUID ||
	       field == AUDIT_FSUID || field == AUDIT_LOGINUID || field == AUDIT_OBJ_UID;
}

bool field_is_group(uint32_t field)
{
	return field == AUDIT_GID || field == AUDIT_EGID || field == AUDIT_SGID ||
	       field == AUDIT_FSGID || field == AUDIT_OBJ_GID;
}

const char *rule_field_name(uint32_t field)
{
	const char *name = audit_field_to_name((int)field);

	if (field == AUDIT_LOGINUID)
		return "auid";
	if (field == AUDIT_FIELD_COMPARE)
		return "-C";
	return name ? name : "?";
}

/* A field, its operator and its value, split as libaudit does: the first kind of operator wins. */
struct condition {
	char name[32];
	uint32_t op;
	const char *value;
};

static bool condition_split(struct condition *c, const char *pair, struct refusal *why)
{
	static const struct { const char *text; uint32_t op; } operators[] = {
		{ "!=", AUDIT_NOT_EQUAL }, { ">=", AUDIT_GREATER_THAN_OR_EQUAL },
		{ "<=", AUDIT_LESS_THAN_OR_EQUAL }, { "&=", AUDIT_BIT_TEST }, { "=", AUDIT_EQUAL },
		{ ">", AUDIT_GREATER_THAN }, { "<", AUDIT_LESS_THAN }, { "&", AUDIT_BIT_MASK },
	};

	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		const char *at = strstr(pair, operators[i].text);

		if (at == NULL)
			continue;
		snprintf(c->name, sizeof(c->name), "%.*s", (int)MIN(at - pair, 31), pair);
		c->op = operators[i].op;
		c->value = at + strlen(operators[i].text);
		if (at == pair)
			return library_refusal(why, "-F", pair, -22);
		if (*c->value == '\0')
			return library_refusal(why, "-F", pair, -20);
		return true;
	}
	return library_refusal(why, "-F", pair, -1);
}

/* A field that takes text as it is. */
static bool text_field(struct rule *r, uint32_t field, const struct condition *c, const char *pair,
		       struct refusal *why)
{
	size_t len = strlen(c->value);

	if (len > PATH_MAX)
		return library_refusal(why, "-F", pair, -11);
	if (!rule_add_field(r, field, c->op, (uint32_t)len, c->value, len))
		return refuse_memory(why);
	return true;
}

static bool arch_field(struct rule *r, const struct condition *c, const char *pair,
		       struct refusal *why)
{
	unsigned elf;
	int machine;

	if (c->op != AUDIT_EQUAL && c->op != AUDIT_NOT_EQUAL)
		return library_refusal(why, "-F", pair, -13);
	if (isdigit((unsigned char)*c->value)) {
		errno = 0;
		elf = (unsigned)strtoul(c->value, NULL, 0);
		if (errno != 0 || audit_elf_to_machine(elf) < 0)
			return library_refusal(why, "-F", pair, -5);
	} else {
		machine = audit_determine_machine(c->value);
		if (machine < 0)
			return library_refusal(why, "-F", pair, machine);
		if ((elf = (unsigned)audit_machine_to_elf(machine)) == 0)
			return library_refusal(why, "-F", pair, -5);
	}
	if (!rule_add_field(r, AUDIT_ARCH, c->op, elf, NULL, 0))
		return refuse_memory(why);
	return true;
}

/* Words that are no numbers read as 0 to libaudit. */
static bool session_field(struct rule *r, const struct condition *c, struct refusal *why)
{
	bool number = isdigit((unsigned char)*c->value) || *c->value == '-';
	uint32_t value = number ? (uint32_t)strtoll(c->value, NULL, 0) : 0;

	if (strcmp(c->value, "unset") == 0)
		value = UINT32_MAX;
	if (!rule_add_field(r, AUDIT_SESSIONID, c->op, value, NULL, 0))
		return refuse_memory(why);
	return true;
}

static bool file_system_field(struct rule *r, const struct condition *c, const char *pair,
			      struct refusal *why)
{
	int type = isdigit((unsigned char)*c->value) ? (int)strtoul(c->value, NULL, 0)
						     : audit_name_to_fstype(c->value);

	if (type == -1)
		return library_refusal(why, "-F", pair, -36);
	if (!rule_add_field(r, AUDIT_FSTYPE, c->op, (uint32_t)type, NULL, 0))
		return refuse_memory(why);
	return true;
}

/* libaudit looks names up, too, but its word for an unknown one also means other things. */
static bool names_known_account(uint32_t field, const struct condition *c)
{
	bool user = field_is_user(field);

	if ((!user && !field_is_group(field)) || *c->value == '-' ||
	    isdigit((unsigned char)*c->value) || (user && strcmp(c->value, "unset") == 0))
		return true;
	return user ? getpwnam(c->value) != NULL : getgrnam(c->value) != NULL;
}

/* Lets libaudit read one condition into a rule of its own and takes over the result. */
static bool library_field(struct rule *r, const char *pair, bool comparison, int list,
			  struct refusal *why)
{
	const char *option = comparison ? "-C" : "-F";
	struct audit_rule_data *scratch = audit_rule_create_data();
	AUTO(freep) char *copy = strdup(pair);	/* libaudit writes into it */
	bool taken = false;
	int rc;

	if (scratch == NULL || copy == NULL) {
		audit_rule_free_data(scratch);
		return refuse_memory(why);
	}
	rc = comparison ? audit_rule_interfield_comp_data(&scratch, copy, list)
			: audit_rule_fieldpair_data(&scratch, copy, list);
	if (rc == 0 && scratch->field_count == 1)
		taken = rule_add_field(r, scratch->fields[0], scratch->fieldflags[0],
				       scratch->values[0], NULL, 0);
	audit_rule_free_data(scratch);
	if (rc != 0)
		return library_refusal(why, option, pair, rc);
	return taken || refuse_memory(why);
}

bool comparison_read(struct rule *r, const char *pair, struct refusal *why)
{
	if (r->list != AUDIT_FILTER_EXIT)
		return library_refusal(why, "-C", pair, -7);
	return library_field(r, pair, true, AUDIT_FILTER_EXIT, why);
}

static bool exclude_list_knows(uint32_t field)
{
	switch (field) {
	case AUDIT_PID:
	case AUDIT_UID:
	case AUDIT_GID:
	case AUDIT_LOGINUID:
	case AUDIT_MSGTYPE:
	case AUDIT_EXE:
	case AUDIT_SUBJ_USER ... AUDIT_SUBJ_CLR:
		return true;
	default:
		return false;
	}
}

static bool list_knows(const struct rule *r, uint32_t field, const char *pair, struct refusal *why)
{
	bool objects = (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH) ||
		       field == AUDIT_WATCH || field == AUDIT_DIR;

	if (r->list == AUDIT_FILTER_EXCLUDE && !exclude_list_knows(field))
		return refuse(why, "-F %s cannot be used on the exclude list", pair);
	if (r->list == AUDIT_FILTER_FS && field != AUDIT_FSTYPE)
		return refuse(why, "-F %s cannot be used on the filesystem list", pair);
	if (field == AUDIT_SESSIONID && r->list == AUDIT_FILTER_TASK)
		return library_refusal(why, "-F", pair, -31);
	if (field == AUDIT_FSTYPE && r->list != AUDIT_FILTER_FS)
		return refuse(why, "-F %s is for the filesystem list only", pair);
	if (objects && r->list != AUDIT_FILTER_EXIT)
		return library_refusal(why, "-F", pair, -7);
	if (field == AUDIT_MSGTYPE && r->list != AUDIT_FILTER_EXCLUDE &&
	    r->list != AUDIT_FILTER_USER)
		return library_refusal(why, "-F", pair, -9);
	return true;
}

bool field_read(struct rule *r, const char *pair, struct refusal *why)
{
	/* Its list is checked above; on the exclude list libaudit would ask the kernel. */
	int list = r->list == AUDIT_FILTER_EXCLUDE ? AUDIT_FILTER_USER : (int)r->list;
	struct condition c;
	int field;

	if (r->field_count >= AUDIT_MAX_FIELDS - 1)
		return library_refusal(why, "-F", pair, -28);
	if (!condition_split(&c, pair, why))
		return false;
	if ((field = audit_name_to_field(c.name)) < 0)
		return refuse(why, "-F %s names an unknown field", pair);
	if (!list_knows(r, (uint32_t)field, pair, why))
		return false;
	if (field == AUDIT_ARCH)
		return arch_field(r, &c, pair, why);
	if (field == AUDIT_SESSIONID)
		return session_field(r, &c, why);
	if (field == AUDIT_FSTYPE)
		return file_system_field(r, &c, pair, why);
	if (!names_known_account((uint32_t)field, &c))
		return refuse(why, "-F %s names an unknown user or group", pair);
	if (field_is_text((uint32_t)field))
		return text_field(r, (uint32_t)field, &c, pair, why);
	return library_field(r, pair, false, list, why);
}
