/*
 * The same for programs: one object with the cells and the problems.
 */
#include "report/rules.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

static struct bytes text_of(const char *s)
{
	return (struct bytes){ s, s ? strlen(s) : 0 };
}

static void json_problem(void *arg, const char *kind, const char *file, unsigned line,
			 const char *text, const char *reason)
{
	struct json *j = arg;

	json_begin_row(j, NULL);
	json_string(j, "kind", kind);
	json_text(j, "file", text_of(file));
	json_number(j, "line", line);
	json_text(j, "text", text_of(text));
	json_text(j, "reason", text_of(reason));
	json_end_object(j);
}

static void json_keys(struct json *j, const char *keys)
{
	json_begin_array(j, "keys");
	for (const char *p = keys; p != NULL && *p != '\0';) {
		size_t len = strcspn(p, (char[]){ KEY_SEPARATOR, '\0' });

		json_text(j, NULL, (struct bytes){ p, len });
		p += len + (p[len] != '\0');
	}
	json_end_array(j);
}

static void json_cell_view(struct json *j, const struct promise *c)
{
	const struct rule *rule = rule_shown(c);

	json_begin_row(j, NULL);
	json_string(j, "mechanism", mechanism_names[c->cell.mechanism]);
	json_string(j, "actor", actor_names[c->cell.actor]);
	json_bool(j, "possible", c->possible);
	json_bool(j, "claimed", c->claimed);
	json_string(j, "fires", c->possible ? fires_word(c) : NULL);
	json_bool(j, "wanted_key", c->p.wanted);
	json_keys(j, c->p.keys);
	json_string(j, "reason", c->p.reason != REASON_NONE ? reason_names[c->p.reason] : NULL);
	json_string(j, "field", c->p.field ? rule_field_name(c->p.field->field) : NULL);
	json_text(j, "rule", text_of(rule ? rule->text : NULL));
	json_text(j, "file", text_of(rule ? rule->file : NULL));
	if (rule != NULL)
		json_number(j, "line", rule->line);
	else
		json_null(j, "line");
	json_end_object(j);
}

void rules_show_json(const struct rules_view *v)
{
	struct json j;

	json_init(&j, stdout);
	json_begin_object(&j, NULL);
	json_bool(&j, "kernel", v->kernel);
	json_number(&j, "enabled", v->host.audit_enabled);
	json_bool(&j, "tomoyo", v->host.tomoyo);
	json_number(&j, "rules", (int64_t)v->set.loaded.count);
	json_begin_array(&j, "cells");
	for (size_t c = 0; c < MECHANISM_COUNT * ACTOR_COUNT; c++)
		json_cell_view(&j, &v->cells[c / ACTOR_COUNT][c % ACTOR_COUNT]);
	json_end_array(&j);
	json_begin_array(&j, "problems");
	tell_problems(v, json_problem, &j);
	json_end_array(&j);
	json_end_object(&j);
}
