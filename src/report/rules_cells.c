/*
 * What rules mean for each cell of this host, and what is wrong with those
 * that were accepted, beside the lines that were not.
 */
#include "report/rules.h"

#include <stdio.h>
#include <string.h>

void rules_view_cells(struct rules_view *v)
{
	const struct claim_source from = { .files = &v->set, .kernel = &v->set, .host = &v->host,
					   .keys = v->keys.key };

	for (size_t c = 0; c < CELLS; c++)
		promise_make(&v->cells[c / ACTOR_COUNT][c % ACTOR_COUNT],
			     (struct cell){ (enum mechanism)(c / ACTOR_COUNT),
					    (enum actor)(c % ACTOR_COUNT) }, &from);
}

const struct rule *rule_shown(const struct promise *c)
{
	if (c->absent != NULL)
		return c->absent;
	return c->p.rule ? c->p.rule : c->claim;
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
			tell(arg, reason_names[REASON_PATH_MISSING], r->file, r->line, r->text, reason);
		} else if (fact->symlink && f->field == AUDIT_EXE) {
			snprintf(reason, sizeof(reason), "exe never is a symbolic link: '%s' leads "
				 "to '%s'", f->text, fact->real ? fact->real : "nothing");
			tell(arg, problem_names[PROBLEM_EXE_ON_SYMLINK], r->file, r->line, r->text, reason);
		} else if (fact->symlink && executes) {
			snprintf(reason, sizeof(reason), "'%s' is a symbolic link to '%s', and the "
				 "watch holds the link: %s", f->text,
				 fact->real ? fact->real : "nothing",
				 v->host.tomoyo ? "it fires only because TOMOYO is among the LSMs"
						: "execution goes past it");
			tell(arg, reason_names[REASON_WATCH_ON_SYMLINK], r->file, r->line, r->text, reason);
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
		tell(arg, problem_names[PROBLEM_SHADOWS], r->file, r->line, r->text, reason);
	}
}

void tell_problems(const struct rules_view *v, problem_fn *tell, void *arg)
{
	for (size_t i = 0; i < v->set.problem_count; i++) {
		const struct rule_problem *p = &v->set.problems[i];

		tell(arg, problem_names[p->kind], p->file, p->line, p->text, p->reason);
	}
	for (size_t i = 0; i < v->set.loaded.count; i++)
		tell_places(v, v->set.loaded.rule[i], tell, arg);
	tell_shadows(v, tell, arg);
}
