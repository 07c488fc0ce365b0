/*
 * The cells as a table, then what is wrong with the rules.
 */
#include "report/rules.h"

#include "base/escape.h"
#include "base/table.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static struct bytes text_of(const char *s)
{
	return (struct bytes){ s, s ? strlen(s) : 0 };
}

const char *fires_word(const struct promise *c)
{
	if (!c->possible)
		return "-";
	switch (c->p.outcome) {
	case OUTCOME_RECORDED:
		return "yes";
	case OUTCOME_SILENT:
		return "no";
	default:
		return "unknown";
	}
}

/* "filtered (auid)", "unknown (pid)" ... into out. */
static const char *reason_text(const struct promise *c, char *out, size_t size)
{
	const char *reason = reason_names[c->p.reason];
	bool by_field = c->p.field != NULL &&
			(c->p.reason == REASON_FILTERED || c->p.outcome == OUTCOME_UNKNOWN);

	if (!c->possible)
		reason = "inapplicable";
	else if (c->p.outcome == OUTCOME_UNKNOWN)
		reason = "depends on";
	snprintf(out, size, "%s%s%s", reason, by_field ? " " : "",
		 by_field ? rule_field_name(c->p.field->field) : "");
	return out;
}

/* The keys as people write them. */
static const char *keys_text(const char *keys, char *out, size_t size)
{
	snprintf(out, size, "%s", keys ? keys : "");
	for (char *p = out; *p != '\0'; p++)
		if (*p == KEY_SEPARATOR)
			*p = ',';
	return out;
}

static void where_text(const struct rule *r, char *out, size_t size)
{
	out[0] = '\0';
	if (r != NULL)
		snprintf(out, size, "%s:%u", r->file, r->line);
}

static const struct column columns[] = {
	{ .name = "mechanism", .type = COLUMN_TEXT },
	{ .name = "actor", .type = COLUMN_TEXT },
	{ .name = "claimed", .type = COLUMN_TEXT },
	{ .name = "fires", .type = COLUMN_TEXT },
	{ .name = "key", .type = COLUMN_TEXT },
	{ .name = "reason", .type = COLUMN_TEXT },
	{ .name = "where", .type = COLUMN_TEXT },
	{ .name = "rule", .type = COLUMN_TEXT, .wraps = true },
};

static uint32_t field_of(const struct promise *c)
{
	return c->p.field ? c->p.field->field : 0;
}

static bool same_view(const struct promise *a, const struct promise *b)
{
	return a->possible == b->possible && a->claimed == b->claimed &&
	       rule_shown(a) == rule_shown(b) && a->p.outcome == b->p.outcome &&
	       a->p.reason == b->p.reason && field_of(a) == field_of(b) && a->p.keys == b->p.keys;
}

/* The actors from a on that share a's row, as "daemon,root"; they are done. */
static const char *shared_actors(const struct promise row[ACTOR_COUNT], bool done[ACTOR_COUNT],
				 size_t a, char *out, size_t size)
{
	size_t shared = 0;

	out[0] = '\0';
	for (size_t i = a; i < ACTOR_COUNT; i++) {
		size_t len = strlen(out);

		if (done[i] || !same_view(&row[a], &row[i]))
			continue;
		done[i] = true;
		shared++;
		snprintf(out + len, size - len, "%s%s", len ? "," : "", actor_names[i]);
	}
	return shared == ACTOR_COUNT ? "all" : out;
}

static enum table_color fires_color(const struct promise *c)
{
	if (!c->possible)
		return COLOR_DIM;
	if (c->p.outcome == OUTCOME_RECORDED)
		return c->p.wanted ? COLOR_GOOD : COLOR_WARN;
	return c->p.outcome == OUTCOME_SILENT && c->claimed ? COLOR_BAD : COLOR_WARN;
}

static int print_row(struct table *t, const struct promise *c, const char *actors,
		     struct error *err)
{
	char reason[64], keys[AUDIT_MAX_KEY_LEN + 1], where[4200];
	const struct rule *rule = rule_shown(c);
	const struct {
		const char *text;
		enum table_color color;
	} cells[] = {
		{ mechanism_names[c->cell.mechanism], COLOR_NONE },
		{ actors, COLOR_NONE },
		{ c->possible ? (c->claimed ? "yes" : "no") : "-", COLOR_NONE },
		{ fires_word(c), fires_color(c) },
		{ keys_text(c->p.keys, keys, sizeof(keys)), COLOR_NONE },
		{ reason_text(c, reason, sizeof(reason)), COLOR_NONE },
		{ where, COLOR_DIM },
		{ rule ? rule->text : "", COLOR_NONE },
	};
	int rc;

	static_assert(ARRAY_SIZE(cells) == ARRAY_SIZE(columns), "one cell for each column");
	where_text(rule, where, sizeof(where));
	if ((rc = table_row(t, err)) < 0)
		return rc;
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		rc = table_text(t, text_of(cells[i].text), cells[i].color, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int print_cells(const struct rules_view *v, struct error *err)
{
	const struct column *shown[ARRAY_SIZE(columns)];
	struct table *t = NULL;
	int rc;

	for (size_t i = 0; i < ARRAY_SIZE(columns); i++)
		shown[i] = &columns[i];
	rc = table_begin(&t, stdout, TABLE_TEXT, "cells", shown, ARRAY_SIZE(columns),
			 table_color_wanted(stdout), err);
	if (rc < 0)
		return rc;
	for (size_t m = 0; m < MECHANISM_COUNT; m++) {
		bool done[ACTOR_COUNT] = { false };
		char actors[64];

		for (size_t a = 0; a < ACTOR_COUNT; a++) {
			if (done[a])
				continue;
			rc = print_row(t, &v->cells[m][a],
				       shared_actors(v->cells[m], done, a, actors, sizeof(actors)),
				       err);
			if (rc < 0) {
				table_free(t);
				return rc;
			}
		}
	}
	return table_end(t, err);
}

static void print_problem(void *arg, const char *kind, const char *file, unsigned line,
			  const char *text, const char *reason)
{
	bool *any = arg;

	if (!*any)
		puts("\nProblems:");
	*any = true;
	escape_print(stdout, ESCAPE_TERMINAL, text_of(file));
	if (line > 0)
		printf(":%u", line);
	printf(": %s: ", kind);
	escape_print(stdout, ESCAPE_TERMINAL, text_of(reason));
	fputs("\n    ", stdout);
	escape_print(stdout, ESCAPE_TERMINAL, text_of(text));
	putchar('\n');
}

static void print_summary(const struct rules_view *v)
{
	unsigned possible = 0, claimed = 0, recorded = 0;

	for (size_t c = 0; c < MECHANISM_COUNT * ACTOR_COUNT; c++) {
		const struct promise *cell = &v->cells[c / ACTOR_COUNT][c % ACTOR_COUNT];

		possible += cell->possible;
		claimed += cell->claimed;
		recorded += cell->possible && cell->p.outcome == OUTCOME_RECORDED && cell->p.wanted;
	}
	printf("\n%zu rules%s; of %u cells that this host has, %u are claimed and %u would be "
	       "recorded under a wanted key\n", v->set.loaded.count,
	       v->host.audit_enabled == 0 ? ", but audit is off" : "", possible, claimed, recorded);
}

int rules_show_table(const struct rules_view *v, struct error *err)
{
	bool any = false;
	int rc;

	if ((rc = print_cells(v, err)) < 0)
		return rc;
	tell_problems(v, print_problem, &any);
	print_summary(v);
	return 0;
}
