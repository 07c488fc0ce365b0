#include "model/legacy.h"
#include "model/signature.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const char *const scope_names[SCOPE_COUNT] = {
	[SCOPE_KMOD] = "",
	[SCOPE_OTHERS] = "others",
	[SCOPE_NOT_OURS] = "not-ours",
};

static const char *const asks_names[ASKS_COUNT] = {
	[ASKS_ANY] = "",
	[ASKS_SUCCESS] = "success",
	[ASKS_FAILURE] = "failure",
};

static const char *const loader_names[LOADER_COUNT] = {
	[LOADER_UNKNOWN] = "",
	[LOADER_AUGENRULES] = "augenrules",
	[LOADER_AUDITCTL] = "auditctl",
};

static const char *const words[] = {
	[WORD_NONE] = "",
	[WORD_BEGIN] = "begin",
	[WORD_CLAIM] = "claim",
	[WORD_CAVEAT] = "caveat",
	[WORD_PROBE] = "probe",
	[WORD_ACTED] = "acted",
	[WORD_END] = "end",
};

/* Numbers that the kernel could never have given are no numbers. */
#define PID_MAX INT64_C(4194304)	/* PID_MAX_LIMIT */
#define PROBES_MAX 10000
#define ERRNO_MAX 4095			/* MAX_ERRNO */

static void add_state(struct marker_text *m, const struct run_state *state)
{
	marker_add_number(m, "lost", state->lost);
	marker_add_number(m, "enabled", state->enabled);
	marker_add_number(m, "daemon", state->daemon_pid);
}

static void add_cells(struct marker_text *m, const struct probe *probe)
{
	char first[CELL_TEXT], second[CELL_TEXT], both[2 * CELL_TEXT];

	assert(probe->cells == 1 || probe->cells == 2);
	if (probe->cells == 1) {
		marker_add(m, "cell", cell_text(probe->cell[0], first));
		return;
	}
	snprintf(both, sizeof(both), "%s,%s", cell_text(probe->cell[0], first),
		 cell_text(probe->cell[1], second));
	marker_add(m, "cell", both);
}

/* The names of the fields that a place has. */
struct place_fields {
	const char *kernel, *line, *file;
};
static const struct place_fields own = { "kernel", "line", "file" };
static const struct place_fields others = { "at-kernel", "at-line", "at-file" };

static void add_place(struct marker_text *m, const struct place_fields *names,
		      const struct place *place)
{
	if (place->kind == PLACE_KERNEL)
		marker_add_number(m, names->kernel, place->line);
	if (place->kind != PLACE_FILE)
		return;
	marker_add_number(m, names->line, place->line);
	marker_add(m, names->file, place->file);
}

static void add_facts(struct marker_text *m, const struct facts *f)
{
	marker_add(m, "field", f->field);
	marker_add(m, "value", f->value);
	marker_add(m, "path", f->path);
	marker_add(m, "other", f->other);
	add_place(m, &others, &f->at);
	marker_add(m, "text", f->text);
}

void run_mark_begin(struct marker_text *m, const struct selftest_run *run)
{
	marker_begin(m, words[WORD_BEGIN], run->id);
	add_state(m, &run->before);
	marker_add_number(m, "probes", run->probes);
	marker_add_number(m, "claims", CELLS);
	marker_add(m, "loader", loader_names[run->loader]);
	marker_add(m, "keys", run->keys);
	marker_add(m, "module", run->module);
}

void run_mark_claim(struct marker_text *m, const char *run, const struct claim *claim)
{
	char cell[CELL_TEXT];

	/* What is long comes last: if something must be left out, it is the least of it. */
	marker_begin(m, words[WORD_CLAIM], run);
	marker_add(m, "cell", cell_text(claim->cell, cell));
	marker_add(m, "expect", expect_names[claim->expect]);
	marker_add(m, "claimed", claim->claimed ? "yes" : "no");
	marker_add(m, "reason", reason_names[claim->reason]);
	marker_add(m, "of", scope_names[claim->scope]);
	marker_add(m, "asks", asks_names[claim->asks]);
	marker_add(m, "program", claim->by_program ? "yes" : "");
	add_place(m, &own, &claim->place);
	marker_add(m, "rule", claim->rule);
	add_facts(m, &claim->facts);
}

void run_mark_caveat(struct marker_text *m, const char *run, const char *text)
{
	marker_begin(m, words[WORD_CAVEAT], run);
	marker_add(m, "text", text);
}

void run_mark_probe(struct marker_text *m, const char *run, const struct probe *probe)
{
	marker_begin(m, words[WORD_PROBE], run);
	marker_add_number(m, "n", probe->number);
	add_cells(m, probe);
	marker_add_number(m, "pid", probe->pid);
	marker_add(m, "nonce", probe->nonce);
	marker_add(m, "act", probe->act);
}

void run_mark_acted(struct marker_text *m, const char *run, const struct probe *probe)
{
	assert(probe->result >= PROBE_SKIPPED);
	marker_begin(m, words[WORD_ACTED], run);
	marker_add_number(m, "n", probe->number);
	marker_add_number(m, "pid", probe->pid);
	marker_add_number(m, "result", probe->result);
}

void run_mark_end(struct marker_text *m, const struct selftest_run *run, int64_t acted)
{
	marker_begin(m, words[WORD_END], run->id);
	add_state(m, &run->after);
	marker_add_number(m, "acted", acted);
}

static bool is_hex(const char *text)
{
	return text[strspn(text, "0123456789abcdef")] == '\0';
}

static bool get_number(struct bytes text, const char *name, int64_t min, int64_t max,
		       int64_t *out)
{
	int64_t number;

	if (!marker_get_number(text, name, &number) || number < min || number > max)
		return false;
	*out = number;
	return true;
}

/* A text that may be missing. */
static void get_text(struct bytes text, const char *name, char *out, size_t size)
{
	if (!marker_get(text, name, out, size))
		out[0] = '\0';
}

/* A word of a closed list; a missing one is the empty word. */
static bool get_name(struct bytes text, const char *name, const char *const *names, size_t count,
		     size_t *out)
{
	char value[CELL_TEXT];

	get_text(text, name, value, sizeof(value));
	*out = name_find(names, count, (struct bytes){ value, strlen(value) });
	return *out < count;
}

static bool get_reason(struct bytes text, size_t *out)
{
	char value[CELL_TEXT];

	get_text(text, "reason", value, sizeof(value));
	*out = reason_find((struct bytes){ value, strlen(value) });
	return *out < REASON_COUNT;
}

static bool get_cell(struct bytes text, struct cell *out)
{
	char value[CELL_TEXT];

	return marker_get(text, "cell", value, sizeof(value)) &&
	       cell_parse((struct bytes){ value, strlen(value) }, out);
}

static bool get_state(struct bytes text, struct run_state *out)
{
	return get_number(text, "lost", -1, INT64_MAX, &out->lost) &&
	       get_number(text, "enabled", -1, 2, &out->enabled) &&
	       get_number(text, "daemon", -1, PID_MAX, &out->daemon_pid);
}

static bool read_begin(struct bytes text, struct selftest_run *out)
{
	size_t loader;

	if (!get_name(text, "loader", loader_names, LOADER_COUNT, &loader))
		return false;
	out->loader = (enum loader)loader;
	out->after = (struct run_state){ -1, -1, -1 };
	get_text(text, "keys", out->keys, sizeof(out->keys));
	get_text(text, "module", out->module, sizeof(out->module));
	(void)get_number(text, "claims", 0, CELLS, &out->claims);
	return get_state(text, &out->before) &&
	       get_number(text, "probes", 0, PROBES_MAX, &out->probes);
}

/* A place of which a part is missing is none. */
static void get_place(struct bytes text, const struct place_fields *names, struct place *out)
{
	if (get_number(text, names->kernel, 1, UINT32_MAX, &out->line))
		out->kind = PLACE_KERNEL;
	else if (get_number(text, names->line, 1, UINT32_MAX, &out->line) &&
		 marker_get(text, names->file, out->file, sizeof(out->file)))
		out->kind = PLACE_FILE;
	else
		*out = (struct place){ .kind = PLACE_NONE };
}

static void get_facts(struct bytes text, struct facts *out)
{
	get_text(text, "field", out->field, sizeof(out->field));
	get_text(text, "value", out->value, sizeof(out->value));
	get_text(text, "path", out->path, sizeof(out->path));
	get_text(text, "other", out->other, sizeof(out->other));
	get_place(text, &others, &out->at);
	get_text(text, "text", out->text, sizeof(out->text));
}

/* Older programs named no fact: a place and a text stood for all. */
static bool get_legacy(struct bytes text, struct claim *out)
{
	char where[RUN_WHERE], detail[RUN_RULE];

	get_text(text, "where", where, sizeof(where));
	get_text(text, "detail", detail, sizeof(detail));
	if (where[0] == '\0' && detail[0] == '\0')
		return false;
	legacy_claim(out, where, detail);
	return true;
}

static bool read_claim(struct bytes text, struct claim *out)
{
	static const char *const yes_no[] = { "no", "yes" }, *const none_yes[] = { "", "yes" };
	size_t expect, claimed, reason, scope, asks, program;

	if (!get_cell(text, &out->cell) ||
	    !get_name(text, "expect", expect_names, EXPECT_COUNT, &expect) ||
	    !get_name(text, "claimed", yes_no, ARRAY_SIZE(yes_no), &claimed) ||
	    !get_reason(text, &reason) ||
	    !get_name(text, "of", scope_names, SCOPE_COUNT, &scope) ||
	    !get_name(text, "asks", asks_names, ASKS_COUNT, &asks) ||
	    !get_name(text, "program", none_yes, ARRAY_SIZE(none_yes), &program))
		return false;
	out->expect = (enum expect)expect;
	out->claimed = claimed == 1;
	out->reason = (enum reason)reason;
	out->scope = (enum claim_scope)scope;
	get_text(text, "rule", out->rule, sizeof(out->rule));
	if (get_legacy(text, out))
		return true;
	out->asks = (enum asks)asks;
	out->by_program = program == 1;
	get_place(text, &own, &out->place);
	get_facts(text, &out->facts);
	return true;
}

/* One cell, or two joined by ','. */
static bool get_cells(struct bytes text, struct probe *out)
{
	char value[2 * CELL_TEXT];
	char *second;

	if (!marker_get(text, "cell", value, sizeof(value)))
		return false;
	if ((second = strchr(value, ',')) != NULL)
		*second++ = '\0';
	out->cells = second ? 2 : 1;
	return cell_parse((struct bytes){ value, strlen(value) }, &out->cell[0]) &&
	       (second == NULL ||
		cell_parse((struct bytes){ second, strlen(second) }, &out->cell[1]));
}

static bool read_probe(struct bytes text, struct probe *out)
{
	out->result = PROBE_PENDING;
	get_text(text, "nonce", out->nonce, sizeof(out->nonce));
	get_text(text, "act", out->act, sizeof(out->act));
	return get_number(text, "n", 1, PROBES_MAX, &out->number) && get_cells(text, out) &&
	       get_number(text, "pid", 1, PID_MAX, &out->pid) && is_hex(out->nonce);
}

static bool read_acted(struct bytes text, struct probe *out)
{
	return get_number(text, "n", 1, PROBES_MAX, &out->number) &&
	       get_number(text, "pid", 1, PID_MAX, &out->pid) &&
	       get_number(text, "result", PROBE_SKIPPED, ERRNO_MAX, &out->result);
}

static bool read_fields(struct run_marker *out, struct bytes text)
{
	switch (out->word) {
	case WORD_BEGIN:
		memcpy(out->begin.id, out->run, sizeof(out->begin.id));
		return read_begin(text, &out->begin);
	case WORD_CLAIM:
		return read_claim(text, &out->claim);
	case WORD_CAVEAT:
		return marker_get(text, "text", out->caveat, sizeof(out->caveat));
	case WORD_PROBE:
		return read_probe(text, &out->probe);
	case WORD_ACTED:
		return read_acted(text, &out->acted);
	case WORD_END:
		memcpy(out->end.id, out->run, sizeof(out->end.id));
		return get_state(text, &out->end.after) &&
		       get_number(text, "acted", 0, PROBES_MAX, &out->end.acted);
	default:
		return false;
	}
}

void run_read(struct run_marker *out, struct bytes text)
{
	struct bytes word;
	size_t number;

	memset(out, 0, sizeof(*out));
	text = marker_signed_part(text);
	if (!marker_word(text, &word) || !marker_get(text, "run", out->run, sizeof(out->run)) ||
	    strlen(out->run) != RUN_ID - 1 || !is_hex(out->run))
		return;
	number = name_find(words, ARRAY_SIZE(words), word);
	if (number == ARRAY_SIZE(words))
		return;
	out->word = (enum run_word)number;
	if (!read_fields(out, text))
		memset(out, 0, sizeof(*out));
}
