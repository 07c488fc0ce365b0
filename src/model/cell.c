#include "model/cell.h"

#include <stdio.h>
#include <string.h>

const char *const check_names[] = {
#define STATUS(id, word) word,
#include "model/words.def"
};

const char *const mechanism_names[] = {
#define MECHANISM(id, word, call, abi, tool) word,
#include "model/words.def"
};

const char *const actor_names[] = {
#define ACTOR(id, word) word,
#include "model/words.def"
};

const char *const reason_names[] = {
#define REASON(id, word, stage, meaning, remedy) word,
#include "model/words.def"
};

const char *const stage_names[] = {
#define STAGE(id, word) word,
#include "model/words.def"
};

const char *const verdict_names[] = {
#define VERDICT(id, word, status, meaning) word,
#include "model/words.def"
};

const char *const expect_names[] = {
#define EXPECT(id, word) word,
#include "model/words.def"
};

const char *const claim_origin_names[] = {
#define SOURCE(id, word) word,
#include "model/words.def"
};

static const struct {
	enum module_call call;
	enum abi abi;
	const char *tool;
} mechanisms[] = {
#define MECHANISM(id, word, call, abi, tool) { CALL_##call, ABI_##abi, tool },
#include "model/words.def"
};

enum stage stage_of_reason(enum reason reason)
{
	static const enum stage stages[] = {
#define REASON(id, word, stage, meaning, remedy) STAGE_##stage,
#include "model/words.def"
	};

	return stages[reason];
}

enum check verdict_status(enum verdict verdict)
{
	static const enum check statuses[] = {
#define VERDICT(id, word, status, meaning) CHECK_##status,
#include "model/words.def"
	};

	return statuses[verdict];
}

enum module_call mechanism_call(enum mechanism m)
{
	return mechanisms[m].call;
}

enum abi mechanism_abi(enum mechanism m)
{
	return mechanisms[m].abi;
}

const char *mechanism_tool(enum mechanism m)
{
	return mechanisms[m].tool;
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

size_t reason_find(struct bytes text)
{
	if (bytes_are(text, "process-too-old"))
		return REASON_NO_AUDIT_CONTEXT;
	return name_find(reason_names, REASON_COUNT, text);
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
