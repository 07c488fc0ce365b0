/*
 * What rules mean for each cell of this host, and what is wrong with those
 * that were accepted, beside the lines that were not.
 */
#include "report/rules.h"

#include <stdio.h>
#include <string.h>

static void look_at_cell(struct rules_view *v, enum mechanism m, enum actor a)
{
	struct cell_view *c = &v->cells[m][a];
	struct act act;

	*c = (struct cell_view){ .cell = { m, a } };
	if (!act_of_cell(&act, m, a, &v->host))
		return;
	c->possible = true;
	predict(&c->p, &v->set.loaded, &act, &v->host, v->keys.key);
	c->claim = rules_claim(&v->set.loaded, m, a, &v->host);
	if (c->claim == NULL && c->p.outcome != OUTCOME_RECORDED) {
		c->claim = rules_claim(&v->set.missing, m, a, &v->host);
		c->rejected = c->claim != NULL;
	}
	if (c->rejected)
		c->p.reason = REASON_REJECTED_LINE;
	c->rule = c->rejected || c->p.rule == NULL ? c->claim : c->p.rule;
}

void rules_view_cells(struct rules_view *v)
{
	for (size_t c = 0; c < MECHANISM_COUNT * ACTOR_COUNT; c++)
		look_at_cell(v, (enum mechanism)(c / ACTOR_COUNT), (enum actor)(c % ACTOR_COUNT));
}

static void tell_places(const struct rules_view *v, const struct rule *r, problem_fn *tell,
			void *arg)
{
	const struct rule_field *perm = rule_field_of(r, AUDIT_PERM);
	bool executes = perm == NULL || perm->value & AUDIT_PERM_EXEC;

	for (size_t i = 0; i < r->field_count; i++) {
		const struct rule_field *f = &r->fields[i];
		const struct path_fact *fact;
		char reason[1024];

		if (f->field != AUDIT_WATCH && f->field != AUDIT_EXE)
			continue;
		if ((fact = paths_find(&v->paths, f->text)) == NULL)
			continue;
		if (!fact->exists) {
			snprintf(reason, sizeof(reason), "'%s' does not exist", f->text);
			tell(arg, "path-missing", r->file, r->line, r->text, reason);
		} else if (fact->symlink && f->field == AUDIT_EXE) {
			snprintf(reason, sizeof(reason), "exe never is a symbolic link: '%s' leads "
				 "to '%s'", f->text, fact->real ? fact->real : "nothing");
			tell(arg, "exe-on-symlink", r->file, r->line, r->text, reason);
		} else if (fact->symlink && executes) {
			snprintf(reason, sizeof(reason), "'%s' is a symbolic link to '%s', and the "
				 "watch holds the link: %s", f->text,
				 fact->real ? fact->real : "nothing",
				 v->host.tomoyo ? "it fires only because TOMOYO is among the LSMs"
						: "execution goes past it");
			tell(arg, "watch-on-symlink", r->file, r->line, r->text, reason);
		}
	}
}

/* Each rule that hides another, once. */
static void tell_shadows(const struct rules_view *v, problem_fn *tell, void *arg)
{
	for (size_t i = 0; i < v->set.loaded.count; i++) {
		const struct rule *r = v->set.loaded.rule[i], *hidden = NULL;
		char reason[4400];

		for (size_t c = 0; c < MECHANISM_COUNT * ACTOR_COUNT && hidden == NULL; c++) {
			const struct prediction *p = &v->cells[c / ACTOR_COUNT][c % ACTOR_COUNT].p;

			if (p->reason == REASON_SHADOWED && p->rule == r)
				hidden = p->shadowed;
		}
		if (hidden == NULL)
			continue;
		snprintf(reason, sizeof(reason), "stands before line %u of %s and hides it",
			 hidden->line, hidden->file);
		tell(arg, "shadows", r->file, r->line, r->text, reason);
	}
}

void tell_problems(const struct rules_view *v, problem_fn *tell, void *arg)
{
	static const char *const kinds[] = {
		[PROBLEM_REJECTED] = "rejected", [PROBLEM_FALLEN] = "fallen",
		[PROBLEM_DUPLICATE] = "duplicate", [PROBLEM_WARNING] = "warning",
	};

	for (size_t i = 0; i < v->set.problem_count; i++) {
		const struct rule_problem *p = &v->set.problems[i];

		tell(arg, kinds[p->kind], p->file, p->line, p->text, p->reason);
	}
	for (size_t i = 0; i < v->set.loaded.count; i++)
		tell_places(v, v->set.loaded.rule[i], tell, arg);
	tell_shadows(v, tell, arg);
}
