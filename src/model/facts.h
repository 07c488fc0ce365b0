/*
 * What a reason is about, as facts: they travel from where they are known,
 * through markers, into the trail, and become words where they are printed
 * (verdict/detail.h). Nothing is read out of such words again, but for those of
 * markers and notes that older programs wrote (model/legacy.h).
 */
#ifndef MODTRAIL_MODEL_FACTS_H
#define MODTRAIL_MODEL_FACTS_H

#include "base/util.h"

#include <stdbool.h>
#include <stdint.h>

#define RUN_RULE 512
#define RUN_WHERE 256
#define RUN_FIELD 32
#define RUN_VALUE 64

#define RULES_FOLDER "/etc/audit/rules.d"
#define RULES_FILE "/etc/audit/audit.rules"

/* Where a rule or a line stands. */
enum place_kind {
	PLACE_NONE,
	PLACE_FILE,		/* line of file */
	PLACE_KERNEL,		/* the line-th rule of the kernel's list */
	PLACE_EVENT,		/* event number line of the trail tells of it */
};

struct place {
	enum place_kind kind;
	char file[RUN_WHERE];
	int64_t line;
};

#define PLACE_TEXT (RUN_WHERE + 24)
/* "/etc/audit/rules.d/50-modules.rules:3", "kernel:2", "event 7"; "" for none. */
const char *place_text(const struct place *p, char out[static PLACE_TEXT]);
bool place_same(const struct place *a, const struct place *b);

/* What lacks on the way from the kernel to the log, or to a verdict. */
enum delivery_fault {
#define FAULT(id, word, unit, prose) FAULT_##id,
#include "model/words.def"
	FAULT_COUNT
};
extern const char *const fault_names[FAULT_COUNT];	/* "", "no-audit" ... */

#define FAULT_AMOUNTS 3

/* Zeroed: nothing. Which members are set is up to the reason. */
struct facts {
	char field[RUN_FIELD];	/* filtered, or unknown: "auid" of the rule; refused behind -e 2: "-e" ... */
	char value[RUN_VALUE];	/* ... and what it asks for: ">=1000", "2" */
	char path[RUN_RULE];	/* where the link leads, what is missing, the log */
	char other[RUN_RULE];	/* the rule that decides, as auditctl takes it */
	struct place at;	/* of that rule, or of the refused line */
	char text[RUN_RULE];	/* words of others: auditctl's complaint, an action of auditd.conf */
	bool verbatim;		/* text says it all: an older program wrote it */
	enum delivery_fault fault;
	int64_t amount[FAULT_AMOUNTS];	/* in the order of the fault's prose */
};

/* What a rule asks of the outcome of a call. */
enum asks { ASKS_ANY, ASKS_SUCCESS, ASKS_FAILURE, ASKS_COUNT };

#endif
