/*
 * The words of the verifier. The cell is mechanism x actor: the unit that is
 * claimed, exercised, seen and judged on each host. The words themselves, with
 * what belongs to each, stand in model/words.def.
 */
#ifndef MODTRAIL_MODEL_CELL_H
#define MODTRAIL_MODEL_CELL_H

#include "model/event.h"

#include <stdbool.h>

/* How bad it is: exit statuses of monitoring checks. */
enum check {
#define STATUS(id, word) CHECK_##id,
#include "model/words.def"
	CHECK_COUNT
};

/* The ways to load or unload. */
enum mechanism {
#define MECHANISM(id, word, call, abi, tool) MECHANISM_##id,
#include "model/words.def"
	MECHANISM_COUNT
};

/* By the loginuid of the one who acts: unset, 0, any other. */
enum actor {
#define ACTOR(id, word) ACTOR_##id,
#include "model/words.def"
	ACTOR_COUNT
};

/* Where it broke on the way from a rule file to the log. */
enum stage {
#define STAGE(id, word) STAGE_##id,
#include "model/words.def"
	STAGE_COUNT
};

/* Why a cell falls short. */
enum reason {
#define REASON(id, word, stage, meaning, remedy) REASON_##id,
#include "model/words.def"
	REASON_COUNT
};

enum verdict {
#define VERDICT(id, word, status, meaning) VERDICT_##id,
#include "model/words.def"
	VERDICT_COUNT
};

/* What was expected of a cell before its probes: from the rules, never from what was seen. */
enum expect {
#define EXPECT(id, word) EXPECT_##id,
#include "model/words.def"
	EXPECT_COUNT
};

/* Who claims a cell. */
enum claim_origin {
	CLAIM_NONE = -1,
#define SOURCE(id, word) CLAIM_##id,
#include "model/words.def"
	CLAIM_COUNT
};

struct cell {
	enum mechanism mechanism;
	enum actor actor;
};

/* Arrays of all cells are in the order [mechanism * ACTOR_COUNT + actor]. */
#define CELLS (MECHANISM_COUNT * ACTOR_COUNT)

extern const char *const check_names[CHECK_COUNT];		/* "ok", "warning" ... */
extern const char *const mechanism_names[MECHANISM_COUNT];	/* "finit_module.b64", "exec.modprobe" */
extern const char *const actor_names[ACTOR_COUNT];		/* "daemon", "root", "login" */
extern const char *const reason_names[REASON_COUNT];		/* "", "not-loaded" ... */
extern const char *const stage_names[STAGE_COUNT];		/* "", "files", "kernel" ... */
extern const char *const verdict_names[VERDICT_COUNT];		/* "proven" ... */
extern const char *const expect_names[EXPECT_COUNT];		/* "unknown", "recorded" ... */
extern const char *const claim_origin_names[CLAIM_COUNT];	/* "self-test" ... */

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

/* The same for reasons, which may have had other names in older trails and markers. */
size_t reason_find(struct bytes text);

/* Where a reason breaks the chain. */
enum stage stage_of_reason(enum reason reason);

/* How a verdict counts for monitoring. */
enum check verdict_status(enum verdict verdict);

#endif
