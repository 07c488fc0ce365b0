/*
 * Shared by the files of predict, and by nobody else.
 */
#ifndef MODTRAIL_RULES_PREDICT_PRIVATE_H
#define MODTRAIL_RULES_PREDICT_PRIVATE_H

#include "rules/predict.h"

enum truth { FALSE, MAYBE, TRUE };

/*
 * Does one field match? name is the looked-up file that the rule was found
 * by, or NULL. at_fork: the task list, where there is no system call yet.
 */
enum truth field_matches(const struct rule_field *f, const struct act *act,
			 const struct lookup *name, const struct host_facts *host, bool at_fork);

/*
 * Do all fields match? *field is the first that is FALSE, else the first that
 * is MAYBE, else NULL. One that is certainly FALSE outweighs any number of MAYBEs.
 */
enum truth rule_matches(const struct rule *r, const struct act *act, const struct lookup *name,
			const struct host_facts *host, bool at_fork,
			const struct rule_field **field);

/* Is the rule held to one file, so that the kernel finds it by the files that are looked up? */
bool is_file_rule(const struct rule *r);

/* Does the rule, as its text reads, mean the act's call or its tool, for anybody? */
bool rule_means_act(const struct rule *r, const struct act *act, const struct host_facts *host);

/* Finds why no rule records the act, when none does. */
void predict_explain(struct prediction *out, const struct rules *rules, const struct act *act,
		     const struct host_facts *host);

bool is_identity(uint32_t field);

#endif
