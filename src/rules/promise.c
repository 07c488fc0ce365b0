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

/* A rule of the kernel has no place of its own, but the line in a file that says the same. */
static void print_place(const struct rule *r, const struct claim_source *from, char *out,
			size_t size)
{
	const struct rule *line = rules_find(&from->files->loaded, r);

	if (line == NULL)
		line = r;
	snprintf(out, size, "%s:%u", line->file ? line->file : RULES_KERNEL, line->line);
}

static void put_rule(struct claim *out, const struct rule *r, const struct claim_source *from)
{
	if (r == NULL)
		return;
	rule_print(r, out->rule, sizeof(out->rule));
	print_place(r, from, out->where, sizeof(out->where));
}

/* "RULE @ PLACE" */
static void print_other_rule(const struct rule *r, const struct claim_source *from, char *out,
			     size_t size)
{
	char place[RUN_WHERE];
	size_t len;

	rule_print(r, out, size);
	print_place(r, from, place, sizeof(place));
	len = strlen(out);
	/* Rather no place than half a place. */
	if (len + strlen(place) + sizeof(" @ ") <= size)
		snprintf(out + len, size - len, " @ %s", place);
}

/* The file that a watch or path rule names; of a link, where it leads. */
static void print_path(const struct rule *r, const struct claim_source *from, char *out,
		       size_t size)
{
	const struct rule_field *f = rule_field_of(r, AUDIT_WATCH);
	const struct path_fact *fact;

	if (f == NULL && (f = rule_field_of(r, AUDIT_DIR)) == NULL)
		return;
	fact = paths_find(from->host->paths, f->text);
	snprintf(out, size, "%s", fact && fact->symlink && fact->real ? fact->real : f->text);
}

/* What was wrong with the line, or with the one above it that stopped the load. */
static void print_problem(const struct rule *r, const struct ruleset *files, char *out, size_t size)
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
	if (stopped_by != NULL)
		snprintf(out, size, "%.150s:%u: %.340s", stopped_by->file, stopped_by->line,
			 stopped_by->reason);
}

static void put_detail(struct claim *out, const struct prediction *p,
		       const struct claim_source *from)
{
	switch (out->reason) {
	case REASON_SHADOWED:
	case REASON_TASK_NEVER:
	case REASON_EXCLUDED:
	case REASON_OTHER_KEY:
		print_other_rule(p->rule, from, out->detail, sizeof(out->detail));
		break;
	case REASON_FILTERED:
		snprintf(out->detail, sizeof(out->detail), "%s", rule_field_name(p->field));
		break;
	case REASON_WATCH_ON_SYMLINK:
	case REASON_PATH_MISSING:
		if (p->rule != NULL)
			print_path(p->rule, from, out->detail, sizeof(out->detail));
		break;
	default:
		break;
	}
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

static bool put_absence(struct claim *out, const struct rule *r, const struct claim_source *from)
{
	if (r == NULL)
		return false;
	out->reason = rule_absence(r, from->files, &from->kernel->loaded,
				   from->host->audit_enabled);
	if (out->reason == REASON_NONE)
		return false;
	out->expect = EXPECT_SILENT;
	put_rule(out, r, from);
	if (out->reason == REASON_REJECTED_LINE)
		print_problem(r, from->files, out->detail, sizeof(out->detail));
	return true;
}

static void put_prediction(struct claim *out, const struct view *kernel, const struct rule *claim,
			   const struct claim_source *from)
{
	const struct prediction *p = &kernel->p;

	out->expect = p->outcome == OUTCOME_RECORDED ? EXPECT_RECORDED
		    : p->outcome == OUTCOME_SILENT ? EXPECT_SILENT : EXPECT_UNKNOWN;
	out->reason = p->reason;
	put_rule(out, p->outcome == OUTCOME_SILENT && claim ? claim : p->rule, from);
	if (p->outcome == OUTCOME_UNKNOWN)
		snprintf(out->detail, sizeof(out->detail), "%s", rule_field_name(p->field));
	else
		put_detail(out, p, from);
}

static void claim_of_act(struct claim *out, const struct act *act, const struct claim_source *from)
{
	struct view kernel = look(&from->kernel->loaded, out->cell, act, from);
	struct view files = look(&from->files->loaded, out->cell, act, from);
	struct view missing = look(&from->files->missing, out->cell, act, from);
	const struct rule *claim = kernel.claim ? kernel.claim : files.claim ? files.claim
								: missing.claim;

	out->claimed = claim != NULL || works(&kernel);
	/* Where audit is off, that is the reason, whatever the rules say. */
	if (kernel.p.outcome == OUTCOME_SILENT && kernel.p.reason != REASON_AUDIT_OFF &&
	    put_absence(out, absent_rule(&kernel, &files, &missing), from))
		return;
	put_prediction(out, &kernel, claim, from);
}

/* How much may be expected; the more, the better. */
static int worth(const struct claim *c)
{
	switch (c->expect) {
	case EXPECT_RECORDED:
		return c->reason == REASON_NONE ? 3 : 2;
	case EXPECT_UNKNOWN:
		return 1;
	default:
		return 0;
	}
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

void claim_make(struct claim *out, struct cell cell, const struct claim_source *from)
{
	struct claim others = { .cell = cell, .whose = WHOSE_OTHERS };
	struct act act;

	*out = (struct claim){ .cell = cell };
	if (!act_of_cell(&act, cell.mechanism, cell.actor, from->host)) {
		out->expect = EXPECT_INAPPLICABLE;
		return;
	}
	claim_of_act(out, &act, from);
	if (mechanism_tool(cell.mechanism) != NULL)
		return;
	act_by_others(&act);
	claim_of_act(&others, &act, from);
	if (others.expect == EXPECT_SILENT && is_named(&act, from))
		others.whose = WHOSE_NOT_OURS;
	if (!is_by_kmod(cell.mechanism, from) || worth(&others) < worth(out))
		*out = others;
}
