/*
 * The acts that a self-test knows: a row each. What is run, what is written
 * into the markers about it and what it must fail with all come from its row.
 */
#include "selftest/private.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTHING_FOLDER "/nonexistent"

/* The words behind a tool's name. */
enum argument { ARG_END, ARG_REMOVE, ARG_MODULE, ARG_FILE, ARG_OPTION, ARG_NOTHING, ARG_NO_FILE };

static const struct {
	enum argument word[2];
} tool_runs[] = {
	[PROBE_LOAD] = { { ARG_MODULE, ARG_OPTION } },
	[PROBE_RMMOD] = { { ARG_MODULE } },
	[PROBE_INSMOD] = { { ARG_FILE, ARG_OPTION } },
	[PROBE_UNLOAD] = { { ARG_REMOVE, ARG_MODULE } },
	[PROBE_MODPROBE_NOTHING] = { { ARG_NOTHING } },
	[PROBE_RMMOD_NOTHING] = { { ARG_NOTHING } },
	[PROBE_INSMOD_NOTHING] = { { ARG_NO_FILE } },
};

/* By enum module_call: how the call reads, and the errno of one that the kernel has taken. */
static const struct {
	const char *before, *after;	/* the nonce */
	int fails_with;
} calls[] = {
	[CALL_FINIT] = { "finit_module(-1, 0x", ", 0)", EBADF },
	[CALL_INIT] = { "init_module(NULL, 0, 0x", ")", ENOEXEC },
	[CALL_DELETE] = { "delete_module(modtrail_", ")", ENOENT },
};

static const char *word_text(const struct selftest *t, enum argument word,
			     const struct probe_action *action)
{
	switch (word) {
	case ARG_REMOVE:
		return "-r";
	case ARG_MODULE:
		return t->module.name;
	case ARG_FILE:
		return t->module.file;
	case ARG_OPTION:
		return t->module.option;
	case ARG_NOTHING:
		return action->name;
	case ARG_NO_FILE:
		return action->path;
	default:
		return NULL;
	}
}

static void fill_call(const struct selftest *t, struct cell cell, struct probe_action *action)
{
	struct act act;
	bool possible = act_of_cell(&act, cell.mechanism, cell.actor, &t->preflight.host);

	assert(possible);	/* else it would not have been planned */
	action->call = mechanism_call(cell.mechanism);
	action->abi = mechanism_abi(cell.mechanism);
	action->number = act.call;
}

void selftest_fill(const struct selftest *t, const struct probe_spec *spec, const char *nonce,
		   struct probe_action *action)
{
	*action = (struct probe_action){ .nonce = strtoull(nonce, NULL, 16) };
	snprintf(action->name, sizeof(action->name), "modtrail_%s", nonce);
	snprintf(action->path, sizeof(action->path), NOTHING_FOLDER "/%s.ko", action->name);
	if (spec->kind == PROBE_CALL) {
		fill_call(t, spec->cell[0], action);
		return;
	}
	action->argument[0] = selftest_tool(t, spec->cell[0]);
	for (size_t i = 0; i < ARRAY_SIZE(tool_runs[0].word); i++)
		action->argument[i + 1] = word_text(t, tool_runs[spec->kind].word[i], action);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void probe_spec_text(const struct selftest *t, const struct probe_spec *spec, const char *nonce,
		     char *out, size_t size)
{
	enum mechanism m = spec->cell[0].mechanism;
	struct probe_action action;
	size_t len;

	if (nonce == NULL)
		nonce = "NONCE";
	if (spec->kind == PROBE_CALL) {
		snprintf(out, size, "%s%s%s%s", calls[mechanism_call(m)].before, nonce,
			 calls[mechanism_call(m)].after,
			 mechanism_abi(m) == ABI_B32 ? " in 32-bit form" : "");
		return;
	}
	selftest_fill(t, spec, nonce, &action);
	len = (size_t)snprintf(out, size, "%s", mechanism_tool(m));
	for (size_t i = 1; action.argument[i] != NULL && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, " %s", base_name(action.argument[i]));
}

bool selftest_is_foreseen(const struct probe_spec *spec, int result)
{
	return result == calls[mechanism_call(spec->cell[0].mechanism)].fails_with;
}
