/*
 * The words of the verifier. The cell is mechanism x actor: the unit that is
 * claimed, exercised, seen and judged on each host. Numbers of all enums here
 * are stored: append only.
 */
#ifndef MODTRAIL_MODEL_CELL_H
#define MODTRAIL_MODEL_CELL_H

#include "model/event.h"

#include <stdbool.h>

/* The ways to load or unload. */
enum mechanism {
	MECHANISM_FINIT_B64, MECHANISM_INIT_B64, MECHANISM_DELETE_B64,
	MECHANISM_FINIT_B32, MECHANISM_INIT_B32, MECHANISM_DELETE_B32,
	MECHANISM_INSMOD, MECHANISM_RMMOD, MECHANISM_MODPROBE,
	MECHANISM_COUNT
};

/* By the loginuid of the one who acts: unset, 0, any other. */
enum actor { ACTOR_DAEMON, ACTOR_ROOT, ACTOR_LOGIN, ACTOR_COUNT };

/* Why a cell falls short. */
enum reason {
	REASON_NONE,
	REASON_NOT_LOADED,		/* on disk, not in the kernel */
	REASON_IMMUTABLE,		/* the same, and locked until the next boot */
	REASON_REJECTED_LINE,		/* refused, or below a refused line */
	REASON_SYSCALL_NOT_LISTED,	/* no rule names the call or the tool */
	REASON_ABI_NOT_LISTED,		/* a rule names it for the other entry only */
	REASON_WATCH_ON_SYMLINK,	/* the watch holds the link, execution goes past it */
	REASON_PATH_MISSING,
	REASON_FILTERED,		/* a field that the act does not meet */
	REASON_SHADOWED,		/* an earlier rule decides */
	REASON_TASK_NEVER,
	REASON_EXCLUDED,		/* by message type or actor */
	REASON_AUDIT_OFF,
	REASON_OTHER_KEY,
	REASON_LOST,			/* to rate or backlog limits */
	REASON_NOT_LOGGED,		/* the daemon is absent, suspended, or writes elsewhere */
	REASON_PROCESS_TOO_OLD,		/* no audit context: a caveat about other processes */
	REASON_UNEXPLAINED,		/* nobody could establish it: never a guess */
	REASON_COUNT
};

/* Where it broke on the way from a rule file to the log. */
enum stage {
	STAGE_NONE, STAGE_FILES, STAGE_KERNEL, STAGE_MATCH, STAGE_FIRED, STAGE_DELIVERED, STAGE_COUNT
};

enum verdict {
	VERDICT_PROVEN,		/* claimed, exercised, seen under a wanted key */
	VERDICT_SILENT,		/* claimed, exercised, not seen, and nothing was lost there */
	VERDICT_MISKEYED,	/* seen, but not under a wanted key */
	VERDICT_UNCOVERED,	/* exercised, claimed by nothing */
	VERDICT_UNTESTED,	/* claimed, never exercised */
	VERDICT_STALE,		/* last exercise older than the limit */
	VERDICT_BLIND,		/* the markers themselves did not arrive, or records were lost */
	VERDICT_INAPPLICABLE,	/* this host cannot do it */
	VERDICT_COUNT
};

struct cell {
	enum mechanism mechanism;
	enum actor actor;
};

/* Arrays of all cells are in the order [mechanism * ACTOR_COUNT + actor]. */
#define CELLS (MECHANISM_COUNT * ACTOR_COUNT)

extern const char *const mechanism_names[MECHANISM_COUNT];	/* "finit_module.b64", "exec.modprobe" */
extern const char *const actor_names[ACTOR_COUNT];		/* "daemon", "root", "login" */
extern const char *const reason_names[REASON_COUNT];		/* "", "not-loaded" ... */
extern const char *const stage_names[STAGE_COUNT];		/* "", "files", "kernel" ... */
extern const char *const verdict_names[VERDICT_COUNT];		/* "proven" ... */

/* What a mechanism is made of: a call and its abi (else CALL_NONE, ABI_NONE), or a tool (else NULL). */
enum module_call mechanism_call(enum mechanism m);
enum abi mechanism_abi(enum mechanism m);
const char *mechanism_tool(enum mechanism m);

/* "finit_module.b64/daemon" to a cell and back. False for anything else. */
#define CELL_TEXT 40
const char *cell_text(struct cell c, char out[static CELL_TEXT]);
bool cell_parse(struct bytes text, struct cell *c);

/* Which actor a loginuid makes: unset, 0, or any other. */
enum actor actor_of_auid(int64_t auid);

/* The number of a name in one of the lists above, or count if there is none. */
size_t name_find(const char *const *names, size_t count, struct bytes text);

/* Where a reason breaks the chain. */
enum stage stage_of_reason(enum reason reason);

#endif
