/*
 * What "modtrail rules" shows, as a table for people and as JSON.
 */
#ifndef MODTRAIL_REPORT_RULES_H
#define MODTRAIL_REPORT_RULES_H

#include "base/error.h"
#include "model/keys.h"
#include "rules/promise.h"

struct rules_view {
	struct paths paths;
	struct host_facts host;
	struct ruleset set;
	bool kernel, json;
	struct keys keys;
	struct promise cells[MECHANISM_COUNT][ACTOR_COUNT];
};

/* What is wrong: with a line, or with a rule that was accepted. */
typedef void problem_fn(void *arg, const char *kind, const char *file, unsigned line,
			const char *text, const char *reason);

/* Fills the cells from the rules, the host and the keys. */
void rules_view_cells(struct rules_view *v);

/* The problems of the text that was read, then dead places, then rules that hide others. */
void tell_problems(const struct rules_view *v, problem_fn *tell, void *arg);

/* The rule to show of a cell: it decides, or it is what there is to say; NULL. */
const struct rule *rule_shown(const struct promise *c);

/* "yes", "no", "unknown", or "-" where the host has no such cell. */
const char *fires_word(const struct promise *c);

must_check int rules_show_table(const struct rules_view *v, struct error *err);
void rules_show_json(const struct rules_view *v);

#endif
