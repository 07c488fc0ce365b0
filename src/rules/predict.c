/*
 * The kernel's way from a rule list to "recorded or not".
 */
#include "rules/predict_private.h"

#include <string.h>

#define NO_RULE SIZE_MAX

/* One walk through the exit list. */
struct walk {
	const struct rules *rules;
	const struct act *act;
	const struct host_facts *host;
	size_t assumed;		/* the rule whose MAYBE counts as a match, or NO_RULE */
	bool without_never;	/* pass over the rules that forbid */
};

struct match {
	size_t rule;		/* the one that decides, or NO_RULE */
	const char *keys;	/* the last key that was put on the event */
};

static bool matches(const struct walk *w, size_t i, const struct lookup *name)
{
	const struct rule *r = w->rules->rule[i];
	const struct rule_field *field;

	if (r->list != AUDIT_FILTER_EXIT || !rule_has_call(r, w->act->call))
		return false;
	if (w->without_never && r->action == AUDIT_NEVER)
		return false;
	switch (rule_matches(r, w->act, name, w->host, false, &field)) {
	case TRUE:
		return true;
	case MAYBE:
		return i == w->assumed;
	default:
		return false;
	}
}

/* A rule without a key leaves the key of the one that matched before it. */
static void decide(struct match *m, const struct rules *rules, size_t i)
{
	const struct rule_field *key = rule_field_of(rules->rule[i], AUDIT_FILTERKEY);

	m->rule = i;
	if (key != NULL)
		m->keys = key->text;
}

static bool match_by_name(struct match *m, const struct walk *w, const struct lookup *name)
{
	/* NO_RULE is larger than any position: then every rule stands before it. */
	for (size_t i = 0; i < w->rules->count && i < m->rule; i++) {
		if (is_file_rule(w->rules->rule[i]) && matches(w, i, name)) {
			decide(m, w->rules, i);
			return true;
		}
	}
	return false;
}

static struct match walk(const struct walk *w)
{
	struct match m = { NO_RULE, NULL };

	for (size_t i = 0; i < w->rules->count && m.rule == NO_RULE; i++)
		if (!is_file_rule(w->rules->rule[i]) && matches(w, i, NULL))
			decide(&m, w->rules, i);
	for (size_t n = 0; n < w->act->lookup_count; n++)
		if (match_by_name(&m, w, &w->act->lookups[n]))
			break;
	return m;
}

static bool records(const struct walk *w, const struct match *m)
{
	return m->rule != NO_RULE && w->rules->rule[m->rule]->action == AUDIT_ALWAYS;
}

static bool same_result(const struct walk *w, const struct match *a, const struct match *b)
{
	if (records(w, a) != records(w, b))
		return false;
	if (!records(w, a) || a->keys == b->keys)
		return true;
	return a->keys != NULL && b->keys != NULL && strcmp(a->keys, b->keys) == 0;
}

/* Does it depend on what nobody knows whether rule i matches? */
static bool is_maybe(const struct walk *w, size_t i)
{
	const struct rule *r = w->rules->rule[i];
	const struct rule_field *field;

	if (!is_file_rule(r))
		return rule_matches(r, w->act, NULL, w->host, false, &field) == MAYBE;
	for (size_t n = 0; n < w->act->lookup_count; n++)
		if (rule_matches(r, w->act, &w->act->lookups[n], w->host, false, &field) == MAYBE)
			return true;
	return false;
}

/*
 * Is there a rule that may or may not match and would change the result? Then
 * the result is unknown, and that rule and its field say why.
 */
static bool depends(struct prediction *out, const struct walk *known, const struct match *result)
{
	struct walk w = *known;

	for (size_t i = 0; i < w.rules->count; i++) {
		const struct rule *r = w.rules->rule[i];
		struct match other;
		const struct rule_field *field = NULL;

		if (r->list != AUDIT_FILTER_EXIT || !rule_has_call(r, w.act->call) || !is_maybe(&w, i))
			continue;
		w.assumed = i;
		other = walk(&w);
		if (same_result(&w, &other, result))
			continue;
		(void)rule_matches(r, w.act, is_file_rule(r) ? &w.act->lookups[0] : NULL, w.host,
				   false, &field);
		*out = (struct prediction){ .outcome = OUTCOME_UNKNOWN, .rule = r, .field = field };
		return true;
	}
	return false;
}

/* The exclude list knows the actor and the record's type only; any other field ends the search. */
static enum truth exclude_matches(const struct rule *r, const struct act *act, uint32_t type,
				  const struct host_facts *host, bool *ends, const struct rule_field **field)
{
	enum truth result = r->field_count > 0 ? TRUE : FALSE;

	for (size_t i = 0; i < r->field_count && result != FALSE; i++) {
		const struct rule_field *f = &r->fields[i];
		struct rule_field compared = *f;
		struct act numbered = { .pid = type };
		enum truth t;

		switch (f->field) {
		case AUDIT_MSGTYPE:
			compared.field = AUDIT_PID;	/* any number will do */
			t = field_matches(&compared, &numbered, NULL, host, false);
			break;
		case AUDIT_PID:
		case AUDIT_UID:
		case AUDIT_GID:
		case AUDIT_LOGINUID:
		case AUDIT_LOGINUID_SET:
		case AUDIT_EXE:
			t = field_matches(f, act, NULL, host, false);
			break;
		case AUDIT_SUBJ_USER ... AUDIT_SUBJ_CLR:
			t = MAYBE;
			break;
		default:
			*ends = true;
			return FALSE;
		}
		if (t == MAYBE)
			*field = f;
		result = MIN(result, t);
	}
	return result;
}

/* Would a record of this type be refused? *rule does so, or may: then *field is what is unknown. */
static enum truth is_excluded(const struct rules *rules, const struct act *act, uint32_t type,
			      const struct host_facts *host, const struct rule **rule,
			      const struct rule_field **field)
{
	enum truth result = FALSE;
	bool ends = false;

	for (size_t i = 0; i < rules->count && !ends; i++) {
		enum truth t;

		if (rules->rule[i]->list != AUDIT_FILTER_EXCLUDE)
			continue;
		t = exclude_matches(rules->rule[i], act, type, host, &ends, field);
		if (t != FALSE && result == FALSE)
			*rule = rules->rule[i];
		result = MAX(result, t);
		if (t == TRUE)
			break;
	}
	return result;
}

/* The event is recorded by r, unless the exclude list refuses it. */
static void recorded(struct prediction *out, const struct rules *rules, const struct rule *r,
		     const char *matched_keys, const struct act *act, const struct host_facts *host,
		     const char *const *keys)
{
	const struct rule *exclude = NULL, *ignored;
	const struct rule_field *field = NULL;
	enum truth excluded = is_excluded(rules, act, AUDIT_SYSCALL, host, &exclude, &field);
	uint32_t part = act->exec ? AUDIT_EXECVE : AUDIT_KERN_MODULE;

	*out = (struct prediction){ .outcome = OUTCOME_RECORDED, .rule = r, .keys = matched_keys };
	if (excluded == TRUE) {
		*out = (struct prediction){ .outcome = OUTCOME_SILENT, .reason = REASON_EXCLUDED,
					    .rule = exclude };
		return;
	}
	if (excluded == MAYBE) {
		*out = (struct prediction){ .outcome = OUTCOME_UNKNOWN, .rule = exclude,
					    .field = field };
		return;
	}
	for (size_t i = 0; matched_keys != NULL && keys[i] != NULL; i++)
		out->wanted |= keys_have(matched_keys, keys[i]);
	if (!out->wanted)
		out->reason = REASON_OTHER_KEY;
	out->nameless = is_excluded(rules, act, part, host, &ignored, &field) == TRUE;
}

/* The task list: FALSE if it is silent, else *rule decides. */
static enum truth at_fork(const struct rules *rules, const struct act *act,
			  const struct host_facts *host, const struct rule **rule, const struct rule_field **field)
{
	for (size_t i = 0; i < rules->count; i++) {
		enum truth t;

		if (rules->rule[i]->list != AUDIT_FILTER_TASK)
			continue;
		t = rule_matches(rules->rule[i], act, NULL, host, true, field);
		*rule = rules->rule[i];
		if (t != FALSE)
			return t;
	}
	return FALSE;
}

/* The filesystem list keeps names away from the rules. */
static const struct rule *hide_lookups(struct act *act, const struct rules *rules)
{
	const struct rule *hides = NULL;
	size_t kept = 0;

	for (size_t n = 0; n < act->lookup_count; n++) {
		bool hidden = false;

		for (size_t i = 0; i < rules->count && !hidden; i++) {
			const struct rule *r = rules->rule[i];
			const struct rule_field *f = rule_field_of(r, AUDIT_FSTYPE);

			if (r->list != AUDIT_FILTER_FS || r->action != AUDIT_NEVER || f == NULL)
				continue;
			hidden = act->lookups[n].file_system != 0 &&
				 ((uint32_t)act->lookups[n].file_system == f->value) ==
					 (f->op == AUDIT_EQUAL);
			if (hidden)
				hides = r;
		}
		if (!hidden)
			act->lookups[kept++] = act->lookups[n];
	}
	act->lookup_count = kept;
	return hides;
}

static struct prediction silent(enum reason reason, const struct rule *r)
{
	return (struct prediction){ .outcome = OUTCOME_SILENT, .reason = reason, .rule = r };
}

/* Nothing records the act: which earlier rule prevents it, or what is missing? */
static void explain(struct prediction *out, const struct walk *known, const struct match *result,
		    const struct rule *hides, const struct act *whole)
{
	struct walk w = *known;
	struct match other;

	if (result->rule != NO_RULE) {
		w.without_never = true;
		other = walk(&w);
		if (records(&w, &other)) {
			*out = silent(REASON_SHADOWED, w.rules->rule[result->rule]);
			out->shadowed = w.rules->rule[other.rule];
			return;
		}
		w.without_never = false;
	}
	if (hides != NULL) {
		w.act = whole;
		other = walk(&w);
		if (records(&w, &other)) {
			*out = silent(REASON_FILTERED, hides);
			out->field = rule_field_of(hides, AUDIT_FSTYPE);
			return;
		}
	}
	predict_explain(out, known->rules, whole, known->host);
}

void predict(struct prediction *out, const struct rules *rules, const struct act *act,
	     const struct host_facts *host, const char *const *keys)
{
	struct act seen = *act;
	struct walk w = { rules, &seen, host, NO_RULE, false };
	const struct rule *task = NULL, *hides;
	struct match result;
	const struct rule_field *field = NULL;
	enum truth t;

	if (host->audit_enabled == 0) {
		*out = silent(REASON_AUDIT_OFF, NULL);
		return;
	}
	if (!act->has_context) {
		*out = silent(REASON_NO_AUDIT_CONTEXT, NULL);
		return;
	}
	t = at_fork(rules, act, host, &task, &field);
	if (t == TRUE && task->action == AUDIT_NEVER) {
		*out = silent(REASON_TASK_NEVER, task);
		return;
	}
	if (t == MAYBE) {
		*out = (struct prediction){ .outcome = OUTCOME_UNKNOWN, .rule = task,
					    .field = field };
		return;
	}
	if (t == TRUE) {
		const struct rule_field *key = rule_field_of(task, AUDIT_FILTERKEY);

		recorded(out, rules, task, key ? key->text : NULL, act, host, keys);
		return;
	}

	hides = hide_lookups(&seen, rules);
	result = walk(&w);
	if (depends(out, &w, &result))
		return;
	if (records(&w, &result))
		recorded(out, rules, rules->rule[result.rule], result.keys, act, host, keys);
	else
		explain(out, &w, &result, hides, act);
}

enum reason rule_absence(const struct rule *r, const struct ruleset *files,
			 const struct rules *kernel, int audit_enabled)
{
	if (rules_find(kernel, r) != NULL)
		return REASON_NONE;
	if (rules_find(&files->loaded, r) == NULL && rules_find(&files->missing, r) != NULL)
		return REASON_REJECTED_LINE;
	return audit_enabled == 2 ? REASON_IMMUTABLE : REASON_NOT_LOADED;
}
