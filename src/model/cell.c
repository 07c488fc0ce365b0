#include "model/cell.h"

#include <stdio.h>
#include <string.h>

const char *const mechanism_names[MECHANISM_COUNT] = {
	[MECHANISM_FINIT_B64] = "finit_module.b64",
	[MECHANISM_INIT_B64] = "init_module.b64",
	[MECHANISM_DELETE_B64] = "delete_module.b64",
	[MECHANISM_FINIT_B32] = "finit_module.b32",
	[MECHANISM_INIT_B32] = "init_module.b32",
	[MECHANISM_DELETE_B32] = "delete_module.b32",
	[MECHANISM_INSMOD] = "exec.insmod",
	[MECHANISM_RMMOD] = "exec.rmmod",
	[MECHANISM_MODPROBE] = "exec.modprobe",
};

const char *const actor_names[ACTOR_COUNT] = {
	[ACTOR_DAEMON] = "daemon",
	[ACTOR_ROOT] = "root",
	[ACTOR_LOGIN] = "login",
};

const char *const reason_names[REASON_COUNT] = {
	[REASON_NONE] = "",
	[REASON_NOT_LOADED] = "not-loaded",
	[REASON_IMMUTABLE] = "immutable",
	[REASON_REJECTED_LINE] = "rejected-line",
	[REASON_SYSCALL_NOT_LISTED] = "syscall-not-listed",
	[REASON_ABI_NOT_LISTED] = "abi-not-listed",
	[REASON_WATCH_ON_SYMLINK] = "watch-on-symlink",
	[REASON_PATH_MISSING] = "path-missing",
	[REASON_FILTERED] = "filtered",
	[REASON_SHADOWED] = "shadowed",
	[REASON_TASK_NEVER] = "task-never",
	[REASON_EXCLUDED] = "excluded",
	[REASON_AUDIT_OFF] = "audit-off",
	[REASON_OTHER_KEY] = "other-key",
	[REASON_LOST] = "lost",
	[REASON_NOT_LOGGED] = "not-logged",
	[REASON_PROCESS_TOO_OLD] = "process-too-old",
	[REASON_UNEXPLAINED] = "unexplained",
};

const char *const stage_names[STAGE_COUNT] = {
	[STAGE_NONE] = "",
	[STAGE_FILES] = "files",
	[STAGE_KERNEL] = "kernel",
	[STAGE_MATCH] = "match",
	[STAGE_FIRED] = "fired",
	[STAGE_DELIVERED] = "delivered",
};

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_PROVEN] = "proven",
	[VERDICT_SILENT] = "silent",
	[VERDICT_MISKEYED] = "miskeyed",
	[VERDICT_UNCOVERED] = "uncovered",
	[VERDICT_UNTESTED] = "untested",
	[VERDICT_STALE] = "stale",
	[VERDICT_BLIND] = "blind",
	[VERDICT_INAPPLICABLE] = "inapplicable",
};

enum stage stage_of_reason(enum reason reason)
{
	switch (reason) {
	case REASON_REJECTED_LINE:
	case REASON_NOT_LOADED:
	case REASON_IMMUTABLE:
		return STAGE_KERNEL;
	case REASON_SYSCALL_NOT_LISTED:
	case REASON_ABI_NOT_LISTED:
		return STAGE_FILES;
	case REASON_WATCH_ON_SYMLINK:
	case REASON_PATH_MISSING:
	case REASON_FILTERED:
	case REASON_SHADOWED:
	case REASON_TASK_NEVER:
	case REASON_EXCLUDED:
	case REASON_AUDIT_OFF:
	case REASON_PROCESS_TOO_OLD:
		return STAGE_MATCH;
	case REASON_UNEXPLAINED:
		return STAGE_FIRED;
	case REASON_OTHER_KEY:
	case REASON_LOST:
	case REASON_NOT_LOGGED:
		return STAGE_DELIVERED;
	default:
		return STAGE_NONE;
	}
}

enum module_call mechanism_call(enum mechanism m)
{
	switch (m) {
	case MECHANISM_FINIT_B64:
	case MECHANISM_FINIT_B32:
		return CALL_FINIT;
	case MECHANISM_INIT_B64:
	case MECHANISM_INIT_B32:
		return CALL_INIT;
	case MECHANISM_DELETE_B64:
	case MECHANISM_DELETE_B32:
		return CALL_DELETE;
	default:
		return CALL_NONE;
	}
}

enum abi mechanism_abi(enum mechanism m)
{
	if (m <= MECHANISM_DELETE_B64)
		return ABI_B64;
	return m <= MECHANISM_DELETE_B32 ? ABI_B32 : ABI_NONE;
}

const char *mechanism_tool(enum mechanism m)
{
	switch (m) {
	case MECHANISM_INSMOD:
		return "insmod";
	case MECHANISM_RMMOD:
		return "rmmod";
	case MECHANISM_MODPROBE:
		return "modprobe";
	default:
		return NULL;
	}
}

const char *cell_text(struct cell c, char out[static CELL_TEXT])
{
	snprintf(out, CELL_TEXT, "%s/%s", mechanism_names[c.mechanism], actor_names[c.actor]);
	return out;
}

size_t name_find(const char *const *names, size_t count, struct bytes text)
{
	for (size_t i = 0; i < count; i++)
		if (bytes_are(text, names[i]))
			return i;
	return count;
}

bool cell_parse(struct bytes text, struct cell *c)
{
	const char *slash = text.len ? memchr(text.data, '/', text.len) : NULL;
	size_t mechanism, actor;

	if (slash == NULL)
		return false;
	mechanism = name_find(mechanism_names, MECHANISM_COUNT,
			      (struct bytes){ text.data, (size_t)(slash - text.data) });
	actor = name_find(actor_names, ACTOR_COUNT, (struct bytes){
		slash + 1, text.len - (size_t)(slash + 1 - text.data) });
	if (mechanism == MECHANISM_COUNT || actor == ACTOR_COUNT)
		return false;
	*c = (struct cell){ (enum mechanism)mechanism, (enum actor)actor };
	return true;
}

enum actor actor_of_auid(int64_t auid)
{
	if (auid == ID_UNSET || auid == NUM_NONE)
		return ACTOR_DAEMON;
	return auid == 0 ? ACTOR_ROOT : ACTOR_LOGIN;
}
