#include "rules/promise.h"

#include <stdio.h>
#include <string.h>

/* What one list of rules makes of a cell. */
struct view {
	struct prediction p;
	const struct rule *claim;	/* the rule that means to cover it, or NULL */
};

static struct view look(const struct rules *rules, struct cell cell, const struct act *act,
			const struct claim_source *from)
{
	struct view v;

	predict(&v.p, rules, act, from->host, from->keys);
	v.claim = rules_claim(rules, cell.mechanism, cell.actor, from->host);
	return v;
}

static bool works(const struct view *v)
{
	return v->p.outcome == OUTCOME_RECORDED && v->p.wanted;
}

/* A rule that stands in a file and not in the kernel; NULL if it would change nothing. */
static const struct rule *absent_rule(const struct view *kernel, const struct view *files,
				      const struct view *missing)
{
	if (works(files))
		return files->p.rule;
	if (works(missing))
		return missing->p.rule;
	if (kernel->claim != NULL)
		return NULL;
	return files->claim ? files->claim : missing->claim;
}

/* A rule that is not loaded decides nothing; that it would is what there is to say. */
static void take_absent(struct promise *out, const struct rule *r, const struct claim_source *from)
{
	enum reason reason = r == NULL ? REASON_NONE
		: rule_absence(r, from->files, &from->kernel->loaded, from->host->audit_enabled);

	if (reason == REASON_NONE)
		return;
	out->absent = r;
	out->p = (struct prediction){ .outcome = OUTCOME_SILENT, .reason = reason };
}

static void promise_of_act(struct promise *out, const struct act *act,
			   const struct claim_source *from)
{
	struct view kernel = look(&from->kernel->loaded, out->cell, act, from);
	struct view files = look(&from->files->loaded, out->cell, act, from);
	struct view missing = look(&from->files->missing, out->cell, act, from);

	out->possible = true;
	out->p = kernel.p;
	out->claim = kernel.claim ? kernel.claim : files.claim ? files.claim : missing.claim;
	out->claimed = out->claim != NULL || works(&kernel);
	/* Where audit is off, that is the reason, whatever the rules say. */
	if (kernel.p.outcome == OUTCOME_SILENT && kernel.p.reason != REASON_AUDIT_OFF)
		take_absent(out, absent_rule(&kernel, &files, &missing), from);
}

/* How much may be expected; the more, the better. */
static int worth(const struct prediction *p)
{
	if (p->outcome == OUTCOME_RECORDED)
		return p->reason == REASON_NONE ? 3 : 2;
	return p->outcome == OUTCOME_UNKNOWN ? 1 : 0;
}

/* Would our own program be recorded where others are not, because a rule names it? */
static bool is_named(const struct act *others, const struct claim_source *from)
{
	struct prediction p;
	struct act ours = *others;

	if (from->self.ino == 0)
		return false;
	ours.exe_file = from->self;
	predict(&p, &from->kernel->loaded, &ours, from->host, from->keys);
	return p.outcome == OUTCOME_RECORDED;
}

static bool is_by_kmod(enum mechanism m, const struct claim_source *from)
{
	if (mechanism_abi(m) == ABI_B32)
		return false;
	return from->by_kmod == NULL || from->by_kmod[m];
}

void promise_make(struct promise *out, struct cell cell, const struct claim_source *from)
{
	struct promise others = { .cell = cell, .scope = SCOPE_OTHERS };
	struct act act;

	*out = (struct promise){ .cell = cell };
	if (!act_of_cell(&act, cell.mechanism, cell.actor, from->host))
		return;
	promise_of_act(out, &act, from);
	if (mechanism_tool(cell.mechanism) != NULL)
		return;
	act_by_others(&act);
	promise_of_act(&others, &act, from);
	if (others.p.outcome == OUTCOME_SILENT && is_named(&act, from))
		others.scope = SCOPE_NOT_OURS;
	if (!is_by_kmod(cell.mechanism, from) || worth(&others.p) < worth(&out->p))
		*out = others;
}

/* A rule of the kernel has no place of its own, but the line in a file that says the same. */
static struct place place_of(const struct rule *r, const struct claim_source *from)
{
	const struct rule *line = rules_find(&from->files->loaded, r);
	struct place place = { .kind = PLACE_FILE };

	if (line == NULL)
		line = r;
	place.line = line->line;
	if (line->in_kernel)
		place.kind = PLACE_KERNEL;
	else
		snprintf(place.file, sizeof(place.file), "%s", line->file);
	return place;
}

static void put_rule(struct claim *out, const struct rule *r, const struct claim_source *from)
{
	const struct rule_field *exe;

	if (r == NULL)
		return;
	exe = rule_field_of(r, AUDIT_EXE);
	rule_print(r, out->rule, sizeof(out->rule));
	out->place = place_of(r, from);
	out->asks = rule_asks(r);
	out->by_program = exe != NULL && exe->op == AUDIT_EQUAL;
}

static void put_other_rule(struct facts *out, const struct rule *r, const struct claim_source *from)
{
	rule_print(r, out->other, sizeof(out->other));
	out->at = place_of(r, from);
}

/* The file that a watch or path rule names; of a link, where it leads. */
static void put_path(struct facts *out, const struct rule *r, const struct claim_source *from)
{
	const struct rule_field *f = rule_field_of(r, AUDIT_WATCH);
	const struct path_fact *fact;

	if (f == NULL && (f = rule_field_of(r, AUDIT_DIR)) == NULL)
		return;
	fact = paths_find(from->host->paths, f->text);
	snprintf(out->path, sizeof(out->path), "%s",
		 fact && fact->symlink && fact->real ? fact->real : f->text);
}

/* What was wrong with the line, or with the one above it that stopped the load. */
static void put_problem(struct facts *out, const struct rule *r, const struct ruleset *files)
{
	const struct rule_problem *stopped_by = NULL;

	for (size_t i = 0; i < files->problem_count; i++) {
		const struct rule_problem *p = &files->problems[i];

		if (p->kind != PROBLEM_REJECTED)
			continue;
		stopped_by = p;
		if (p->line == r->line && r->file != NULL && strcmp(p->file, r->file) == 0)
			break;
	}
	if (stopped_by == NULL)
		return;
	out->at = (struct place){ .kind = PLACE_FILE, .line = stopped_by->line };
	snprintf(out->at.file, sizeof(out->at.file), "%s", stopped_by->file);
	snprintf(out->text, sizeof(out->text), "%s", stopped_by->reason);
	if (stopped_by->locked) {
		strcpy(out->field, "-e");
		strcpy(out->value, "2");
	}
}

static void put_field(struct facts *out, const struct rule_field *f)
{
	snprintf(out->field, sizeof(out->field), "%s", rule_field_name(f->field));
	rule_value_print(f, out->value, sizeof(out->value));
}

static void put_facts(struct facts *out, const struct promise *promise,
		      const struct claim_source *from)
{
	const struct prediction *p = &promise->p;

	switch (p->reason) {
	case REASON_REJECTED_LINE:
		put_problem(out, promise->absent, from->files);
		break;
	case REASON_SHADOWED:
	case REASON_TASK_NEVER:
	case REASON_EXCLUDED:
	case REASON_OTHER_KEY:
		put_other_rule(out, p->rule, from);
		break;
	case REASON_WATCH_ON_SYMLINK:
	case REASON_PATH_MISSING:
		if (p->rule != NULL)
			put_path(out, p->rule, from);
		break;
	case REASON_FILTERED:
	case REASON_NONE:
		if (p->field != NULL)
			put_field(out, p->field);
		break;
	default:
		break;
	}
}

/* The rule to name: one that is absent, else the claim that comes to nothing, else what decides. */
static const struct rule *rule_to_name(const struct promise *promise)
{
	if (promise->absent != NULL)
		return promise->absent;
	return promise->p.outcome == OUTCOME_SILENT && promise->claim ? promise->claim
								      : promise->p.rule;
}

/* A successful act that fails on its outcome: the rule asks for failure, whichever is named. */
static bool fails_on_outcome(const struct prediction *p)
{
	return p->reason == REASON_FILTERED && p->field != NULL &&
	       (p->field->field == AUDIT_SUCCESS || p->field->field == AUDIT_EXIT);
}

void claim_make(struct claim *out, struct cell cell, const struct claim_source *from)
{
	static const enum expect expects[] = {
		[OUTCOME_RECORDED] = EXPECT_RECORDED, [OUTCOME_SILENT] = EXPECT_SILENT,
		[OUTCOME_UNKNOWN] = EXPECT_UNKNOWN,
	};
	struct promise promise;

	promise_make(&promise, cell, from);
	*out = (struct claim){ .cell = cell, .expect = EXPECT_INAPPLICABLE };
	if (!promise.possible)
		return;
	out->claimed = promise.claimed;
	out->scope = promise.scope;
	out->expect = expects[promise.p.outcome];
	out->reason = promise.p.reason;
	put_rule(out, rule_to_name(&promise), from);
	if (fails_on_outcome(&promise.p))
		out->asks = ASKS_FAILURE;
	put_facts(&out->facts, &promise, from);
}

bool claim_of_files(struct claim *out, struct cell cell, const struct claim_source *from)
{
	struct promise promise;

	promise_make(&promise, cell, from);
	*out = (struct claim){ .cell = cell, .claimed = promise.claim != NULL };
	put_rule(out, promise.claim, from);
	return out->claimed;
}
