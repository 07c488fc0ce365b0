/*
 * One rule against one act, field by field, as audit_filter_rules() does it.
 */
#include "rules/predict_private.h"

#include <string.h>
#include <sys/stat.h>

static enum truth truth_of(bool yes)
{
	return yes ? TRUE : FALSE;
}

static enum truth negated(enum truth t, uint32_t op)
{
	return op == AUDIT_NOT_EQUAL && t != MAYBE ? truth_of(t == FALSE) : t;
}

/* The kernel compares 32 bits without a sign, whatever the field. */
static bool compares(uint32_t left, uint32_t op, uint32_t right)
{
	switch (op) {
	case AUDIT_EQUAL:
		return left == right;
	case AUDIT_NOT_EQUAL:
		return left != right;
	case AUDIT_LESS_THAN:
		return left < right;
	case AUDIT_LESS_THAN_OR_EQUAL:
		return left <= right;
	case AUDIT_GREATER_THAN:
		return left > right;
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return left >= right;
	case AUDIT_BIT_MASK:
		return (left & right) != 0;
	case AUDIT_BIT_TEST:
		return (left & right) == right;
	default:
		return false;
	}
}

static enum truth number_matches(int64_t left, const struct rule_field *f)
{
	if (left == ID_UNKNOWN)
		return MAYBE;
	return truth_of(compares((uint32_t)left, f->op, f->value));
}

/* Equality with a group also means membership in it. */
static enum truth group_matches(int64_t left, const struct rule_field *f, const struct act *act)
{
	enum truth t = number_matches(left, f);

	if (act->groups_known)
		return t;
	if ((f->op == AUDIT_EQUAL && t == FALSE) || (f->op == AUDIT_NOT_EQUAL && t == TRUE))
		return MAYBE;
	return t;
}

static enum truth success_matches(const struct rule_field *f, const struct act *act)
{
	/* The kernel's words for the outcome are 1 and 2; any value but 0 asks for 1. */
	uint32_t outcome = act->success ? 1 : 2;

	if (!act->ended)
		return MAYBE;
	return truth_of(compares(outcome, f->op, f->value != 0 ? 1 : 2));
}

static enum truth exit_matches(const struct rule_field *f, const struct act *act)
{
	bool asks_failure = f->op == AUDIT_EQUAL && (int32_t)f->value < 0;

	if (!act->ended)
		return MAYBE;
	if (act->exit == ID_UNKNOWN && act->success && asks_failure)
		return FALSE;
	return number_matches(act->exit, f);
}

/* A watch holds the name itself: the last link is not followed. */
static enum truth watch_matches(const struct rule_field *f, const struct lookup *name,
				const struct host_facts *host)
{
	const struct path_fact *fact;

	if (name == NULL)
		return FALSE;
	if ((fact = paths_find(host->paths, f->text)) == NULL || name->file.ino == 0)
		return MAYBE;
	return truth_of(fact->exists && same_file(fact->self, name->file));
}

static bool is_below(const char *place, const char *folder)
{
	size_t len = strlen(folder);

	if (len > 1 && folder[len - 1] == '/')
		len--;
	return len == 1 || (strncmp(place, folder, len) == 0 &&
			    (place[len] == '/' || place[len] == '\0'));
}

static enum truth dir_matches(const struct rule_field *f, const struct act *act,
			      const struct host_facts *host)
{
	const struct path_fact *fact = paths_find(host->paths, f->text);

	for (size_t i = 0; fact != NULL && fact->real != NULL && i < act->lookup_count; i++)
		if (is_below(act->lookups[i].place, fact->real))
			return TRUE;
	if (fact != NULL && !fact->exists)
		return FALSE;
	return fact == NULL || !act->lookups_known ? MAYBE : FALSE;
}

static enum truth exe_matches(const struct rule_field *f, const struct act *act,
			      const struct host_facts *host)
{
	const struct path_fact *fact = paths_find(host->paths, f->text);

	if (fact == NULL || act->exe_file.ino == 0)
		return MAYBE;
	return negated(truth_of(fact->exists && same_file(fact->self, act->exe_file)), f->op);
}

/* Only execution asks for a permission; the module calls are in none of the kernel's classes. */
static enum truth perm_matches(const struct rule_field *f, const struct act *act)
{
	return truth_of(act->exec && f->value & AUDIT_PERM_EXEC);
}

/* Of fields about files: what is true of any file that was looked up. */
static enum truth any_file(const struct act *act)
{
	return act->lookup_count == 0 && act->lookups_known ? FALSE : MAYBE;
}

static enum truth inode_matches(const struct rule_field *f, const struct act *act,
				const struct lookup *name)
{
	enum truth t = act->lookups_known ? FALSE : MAYBE;

	if (name != NULL && name->file.ino == 0)
		return MAYBE;
	if (name != NULL)
		return truth_of(compares((uint32_t)name->file.ino, f->op, f->value));
	for (size_t i = 0; i < act->lookup_count; i++) {
		if (act->lookups[i].file.ino == 0)
			t = MAYBE;
		else if (compares((uint32_t)act->lookups[i].file.ino, f->op, f->value))
			return TRUE;
	}
	return t;
}

static enum truth filetype_matches(const struct rule_field *f, const struct act *act)
{
	enum truth t = act->lookups_known ? FALSE : MAYBE;

	for (size_t i = 0; i < act->lookup_count; i++) {
		if (act->lookups[i].mode == 0)
			t = MAYBE;
		else if ((act->lookups[i].mode & S_IFMT) == f->value)
			return TRUE;
	}
	return t;
}

/* -C: which two of the act's numbers a comparison is about. */
static enum truth comparison_matches(const struct rule_field *f, const struct act *act)
{
	const int64_t *uid = act->uid, *gid = act->gid;
	const struct { int64_t left, right; } pair[] = {
		[AUDIT_COMPARE_UID_TO_AUID] = { uid[ID_REAL], act->auid },
		[AUDIT_COMPARE_UID_TO_EUID] = { uid[ID_REAL], uid[ID_EFFECTIVE] },
		[AUDIT_COMPARE_UID_TO_FSUID] = { uid[ID_REAL], uid[ID_FILE_SYSTEM] },
		[AUDIT_COMPARE_UID_TO_SUID] = { uid[ID_REAL], uid[ID_SAVED] },
		[AUDIT_COMPARE_AUID_TO_FSUID] = { act->auid, uid[ID_FILE_SYSTEM] },
		[AUDIT_COMPARE_AUID_TO_SUID] = { act->auid, uid[ID_SAVED] },
		[AUDIT_COMPARE_AUID_TO_EUID] = { act->auid, uid[ID_EFFECTIVE] },
		[AUDIT_COMPARE_EUID_TO_SUID] = { uid[ID_EFFECTIVE], uid[ID_SAVED] },
		[AUDIT_COMPARE_EUID_TO_FSUID] = { uid[ID_EFFECTIVE], uid[ID_FILE_SYSTEM] },
		[AUDIT_COMPARE_SUID_TO_FSUID] = { uid[ID_SAVED], uid[ID_FILE_SYSTEM] },
		[AUDIT_COMPARE_GID_TO_EGID] = { gid[ID_REAL], gid[ID_EFFECTIVE] },
		[AUDIT_COMPARE_GID_TO_FSGID] = { gid[ID_REAL], gid[ID_FILE_SYSTEM] },
		[AUDIT_COMPARE_GID_TO_SGID] = { gid[ID_REAL], gid[ID_SAVED] },
		[AUDIT_COMPARE_EGID_TO_FSGID] = { gid[ID_EFFECTIVE], gid[ID_FILE_SYSTEM] },
		[AUDIT_COMPARE_EGID_TO_SGID] = { gid[ID_EFFECTIVE], gid[ID_SAVED] },
		[AUDIT_COMPARE_SGID_TO_FSGID] = { gid[ID_SAVED], gid[ID_FILE_SYSTEM] },
	};
	/* The comparisons with an object's owner are those below this one. */
	bool with_file = f->value < AUDIT_COMPARE_UID_TO_AUID && f->value != 0;

	if (with_file)
		return any_file(act);
	if (f->value >= ARRAY_SIZE(pair))
		return MAYBE;
	if (pair[f->value].left == ID_UNKNOWN || pair[f->value].right == ID_UNKNOWN)
		return MAYBE;
	return truth_of(compares((uint32_t)pair[f->value].left, f->op,
				 (uint32_t)pair[f->value].right));
}

/* "auid=unset" asks whether there is a login id at all. */
static enum truth login_matches(int64_t auid, const struct rule_field *f)
{
	if (auid == ID_UNKNOWN)
		return MAYBE;
	if (f->field == AUDIT_LOGINUID_SET)
		return truth_of(compares(auid != ID_UNSET, f->op, f->value));
	return number_matches(auid, f);
}

static enum truth identity_matches(const struct rule_field *f, const struct act *act, bool at_fork)
{
	switch (f->field) {
	case AUDIT_UID:
		return number_matches(act->uid[ID_REAL], f);
	case AUDIT_EUID:
		return number_matches(act->uid[ID_EFFECTIVE], f);
	case AUDIT_SUID:
		return number_matches(act->uid[ID_SAVED], f);
	case AUDIT_FSUID:
		return number_matches(act->uid[ID_FILE_SYSTEM], f);
	case AUDIT_GID:
		return group_matches(act->gid[ID_REAL], f, act);
	case AUDIT_EGID:
		return group_matches(act->gid[ID_EFFECTIVE], f, act);
	case AUDIT_SGID:
		return number_matches(act->gid[ID_SAVED], f);
	case AUDIT_FSGID:
		return number_matches(act->gid[ID_FILE_SYSTEM], f);
	case AUDIT_LOGINUID:
	case AUDIT_LOGINUID_SET:
		return login_matches(at_fork ? act->auid_at_fork : act->auid, f);
	case AUDIT_SESSIONID:
		return number_matches(act->session, f);
	case AUDIT_PID:
		return number_matches(act->pid, f);
	default:
		return MAYBE;
	}
}

bool is_identity(uint32_t field)
{
	switch (field) {
	case AUDIT_UID:
	case AUDIT_EUID:
	case AUDIT_SUID:
	case AUDIT_FSUID:
	case AUDIT_GID:
	case AUDIT_EGID:
	case AUDIT_SGID:
	case AUDIT_FSGID:
	case AUDIT_LOGINUID:
	case AUDIT_LOGINUID_SET:
	case AUDIT_SESSIONID:
	case AUDIT_PID:
		return true;
	default:
		return false;
	}
}

/* What a field of a system call says where there is none yet. */
static enum truth at_fork_matches(const struct rule_field *f)
{
	switch (f->field) {
	case AUDIT_FILTERKEY:
		return TRUE;
	case AUDIT_EXE:		/* the parent's */
	case AUDIT_PERS:
	case AUDIT_FIELD_COMPARE:
	case AUDIT_SUBJ_USER ... AUDIT_SUBJ_CLR:
		return MAYBE;
	default:
		return FALSE;
	}
}

enum truth field_matches(const struct rule_field *f, const struct act *act,
			 const struct lookup *name, const struct host_facts *host, bool at_fork)
{
	if (is_identity(f->field))
		return identity_matches(f, act, at_fork);
	if (at_fork)
		return at_fork_matches(f);
	switch (f->field) {
	case AUDIT_FILTERKEY:
		return TRUE;
	case AUDIT_ARCH:
		return number_matches((int64_t)act->arch, f);
	case AUDIT_PPID:
		return number_matches(act->ppid, f);
	case AUDIT_PERS:
		return number_matches(act->personality, f);
	case AUDIT_SUCCESS:
		return success_matches(f, act);
	case AUDIT_EXIT:
		return exit_matches(f, act);
	case AUDIT_WATCH:
		return watch_matches(f, name, host);
	case AUDIT_DIR:
		return dir_matches(f, act, host);
	case AUDIT_EXE:
		return exe_matches(f, act, host);
	case AUDIT_PERM:
		return perm_matches(f, act);
	case AUDIT_INODE:
		return inode_matches(f, act, name);
	case AUDIT_FILETYPE:
		return filetype_matches(f, act);
	case AUDIT_FIELD_COMPARE:
		return comparison_matches(f, act);
	case AUDIT_DEVMAJOR:
	case AUDIT_DEVMINOR:
	case AUDIT_OBJ_UID:
	case AUDIT_OBJ_GID:
	case AUDIT_OBJ_USER ... AUDIT_OBJ_LEV_HIGH:
		return any_file(act);
	case AUDIT_SADDR_FAM:	/* no socket address is part of our acts */
	case AUDIT_MSGTYPE:
		return FALSE;
	default:		/* arguments, subject labels, what is newer than this */
		return MAYBE;
	}
}

enum truth rule_matches(const struct rule *r, const struct act *act, const struct lookup *name,
			const struct host_facts *host, bool at_fork,
			const struct rule_field **field)
{
	enum truth result = TRUE;

	*field = NULL;
	for (size_t i = 0; i < r->field_count; i++) {
		enum truth t = field_matches(&r->fields[i], act, name, host, at_fork);

		if (t == FALSE) {
			*field = &r->fields[i];
			return FALSE;
		}
		if (t == MAYBE && result == TRUE) {
			*field = &r->fields[i];
			result = MAYBE;
		}
	}
	return result;
}

/* The kernel keeps "inode!=" with the other rules. */
bool is_file_rule(const struct rule *r)
{
	const struct rule_field *inode = rule_field_of(r, AUDIT_INODE);

	return rule_field_of(r, AUDIT_WATCH) != NULL || (inode != NULL && inode->op == AUDIT_EQUAL);
}

#define ERRNO_MAX 4095	/* MAX_ERRNO */

/* Would the rule take a call with this result, if it took it otherwise? */
static bool takes_result(const struct rule *r, int32_t result)
{
	const struct act act = { .ended = true, .success = result >= 0 };

	for (size_t i = 0; i < r->field_count; i++) {
		const struct rule_field *f = &r->fields[i];

		if (f->field == AUDIT_SUCCESS && success_matches(f, &act) == FALSE)
			return false;
		if (f->field == AUDIT_EXIT && !compares((uint32_t)result, f->op, f->value))
			return false;
	}
	return true;
}

enum asks rule_asks(const struct rule *r)
{
	if (!takes_result(r, 0))
		return ASKS_FAILURE;
	for (int32_t e = 1; e <= ERRNO_MAX; e++)
		if (takes_result(r, -e))
			return ASKS_ANY;
	return ASKS_SUCCESS;
}
