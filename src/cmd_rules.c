/*
 * rules: what audit rules claim per cell, whether they can fire on this host,
 * and what is wrong with them.
 */
#include "command.h"
#include "escape.h"
#include "json.h"
#include "predict.h"
#include "table.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEYS_MAX 32

struct cell_view {
	struct cell cell;
	bool possible;			/* on this host */
	bool rejected;			/* claimed only by a rule that would not arrive */
	const struct rule *claim;	/* NULL: claimed by nothing */
	const struct rule *rule;	/* the one to show: it decides, or it claims */
	struct prediction p;
};

struct view {
	struct paths paths;
	struct host_facts host;
	struct ruleset set;
	bool kernel, json;
	const char *keys[KEYS_MAX + 1];
	size_t key_count;
	struct cell_view cells[MECHANISM_COUNT][ACTOR_COUNT];
};

static void view_release(struct view *v)
{
	ruleset_release(&v->set);
	paths_release(&v->paths);
}

static struct bytes text_of(const char *s)
{
	return (struct bytes){ s, s ? strlen(s) : 0 };
}

/* Whether there are rule files that augenrules would merge. */
static bool has_rule_files(const char *folder)
{
	AUTO(freep) char *pattern = NULL;
	struct ruleset probe;
	struct paths none;
	bool found;

	ruleset_init(&probe);
	paths_init(&none, false);
	found = rules_read(&probe, folder, &none, NULL) == 0 && probe.file_count > 0;
	ruleset_release(&probe);
	paths_release(&none);
	return found;
}

static const char *default_path(void)
{
	return has_rule_files(RULES_FOLDER) ? RULES_FOLDER : RULES_FILE;
}

static int read_kernel(struct view *v, struct error *err)
{
	struct kernel_status status;
	int rc;

	if ((rc = kernel_status_read(&status, err)) < 0)
		return rc;
	v->host.audit_enabled = status.enabled;
	return rules_read_kernel(&v->set, &v->paths, err);
}

/* The files in the order given, as if each were loaded after the one before. */
static int read_files(struct view *v, int count, char **path, struct error *err)
{
	int rc;

	if (count == 0)
		return rules_read(&v->set, default_path(), &v->paths, err);
	for (int i = 0; i < count; i++)
		if ((rc = rules_read(&v->set, path[i], &v->paths, err)) < 0)
			return rc;
	return 0;
}

static void look_at_cell(struct view *v, enum mechanism m, enum actor a)
{
	struct cell_view *c = &v->cells[m][a];
	struct act act;

	*c = (struct cell_view){ .cell = { m, a } };
	if (!act_of_cell(&act, m, a, &v->host))
		return;
	c->possible = true;
	predict(&c->p, &v->set.loaded, &act, &v->host, v->keys);
	c->claim = rules_claim(&v->set.loaded, m, a, &v->host);
	if (c->claim == NULL && c->p.outcome != OUTCOME_RECORDED) {
		c->claim = rules_claim(&v->set.missing, m, a, &v->host);
		c->rejected = c->claim != NULL;
	}
	if (c->rejected)
		c->p.reason = REASON_REJECTED_LINE;
	c->rule = c->rejected || c->p.rule == NULL ? c->claim : c->p.rule;
}

static const char *fires_word(const struct cell_view *c)
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
static const char *reason_text(const struct cell_view *c, char *out, size_t size)
{
	const char *reason = reason_names[c->p.reason];
	bool by_field = c->p.field != 0 && !c->rejected &&
			(c->p.reason == REASON_FILTERED || c->p.outcome == OUTCOME_UNKNOWN);

	if (!c->possible)
		reason = "inapplicable";
	else if (c->p.outcome == OUTCOME_UNKNOWN)
		reason = "depends on";
	snprintf(out, size, by_field ? "%s %s" : "%s", reason, rule_field_name(c->p.field));
	return out;
}

/* The keys as people write them. */
static const char *keys_text(const char *keys, char *out, size_t size)
{
	snprintf(out, size, "%s", keys ? keys : "");
	for (char *p = out; *p != '\0'; p++)
		if (*p == 0x01)
			*p = ',';
	return out;
}

static void where_text(const struct rule *r, char *out, size_t size)
{
	snprintf(out, size, r ? "%s:%u" : "", r ? r->file : "", r ? r->line : 0);
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

static bool same_view(const struct cell_view *a, const struct cell_view *b)
{
	return a->possible == b->possible && a->rejected == b->rejected &&
	       (a->claim == NULL) == (b->claim == NULL) && a->rule == b->rule &&
	       a->p.outcome == b->p.outcome && a->p.reason == b->p.reason &&
	       a->p.field == b->p.field && a->p.keys == b->p.keys;
}

/* The actors from a on that share a's row, as "daemon,root"; *next is the first that does not. */
static const char *shared_actors(const struct cell_view row[ACTOR_COUNT], bool done[ACTOR_COUNT],
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

static enum table_color fires_color(const struct cell_view *c)
{
	if (!c->possible)
		return COLOR_DIM;
	if (c->p.outcome == OUTCOME_RECORDED)
		return c->p.wanted ? COLOR_GOOD : COLOR_WARN;
	return c->p.outcome == OUTCOME_SILENT && c->claim != NULL ? COLOR_BAD : COLOR_WARN;
}

static int print_row(struct table *t, const struct cell_view *c, const char *actors,
		     struct error *err)
{
	char reason[64], keys[AUDIT_MAX_KEY_LEN + 1], where[4200];
	const struct {
		const char *text;
		enum table_color color;
	} cells[] = {
		{ mechanism_names[c->cell.mechanism], COLOR_NONE },
		{ actors, COLOR_NONE },
		{ c->possible ? (c->claim ? "yes" : "no") : "-", COLOR_NONE },
		{ fires_word(c), fires_color(c) },
		{ keys_text(c->p.keys, keys, sizeof(keys)), COLOR_NONE },
		{ reason_text(c, reason, sizeof(reason)), COLOR_NONE },
		{ where, COLOR_DIM },
		{ c->rule ? c->rule->text : "", COLOR_NONE },
	};
	int rc;

	static_assert(ARRAY_SIZE(cells) == ARRAY_SIZE(columns), "one cell for each column");
	where_text(c->rule, where, sizeof(where));
	if ((rc = table_row(t, err)) < 0)
		return rc;
	for (size_t i = 0; i < ARRAY_SIZE(cells); i++) {
		rc = table_text(t, text_of(cells[i].text), cells[i].color, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int print_cells(const struct view *v, struct error *err)
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

/* What is wrong: with a line, or with a rule that was accepted. */
typedef void problem_fn(void *arg, const char *kind, const char *file, unsigned line,
			const char *text, const char *reason);

static void tell_places(const struct view *v, const struct rule *r, problem_fn *tell, void *arg)
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
static void tell_shadows(const struct view *v, problem_fn *tell, void *arg)
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

static void tell_problems(const struct view *v, problem_fn *tell, void *arg)
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

static void print_summary(const struct view *v)
{
	unsigned possible = 0, claimed = 0, recorded = 0;

	for (size_t c = 0; c < MECHANISM_COUNT * ACTOR_COUNT; c++) {
		const struct cell_view *cell = &v->cells[c / ACTOR_COUNT][c % ACTOR_COUNT];

		possible += cell->possible;
		claimed += cell->claim != NULL;
		recorded += cell->possible && cell->p.outcome == OUTCOME_RECORDED && cell->p.wanted;
	}
	printf("\n%zu rules%s; of %u cells that this host has, %u are claimed and %u would be "
	       "recorded under a wanted key\n", v->set.loaded.count,
	       v->host.audit_enabled == 0 ? ", but audit is off" : "", possible, claimed, recorded);
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
		size_t len = strcspn(p, "\x01");

		json_text(j, NULL, (struct bytes){ p, len });
		p += len + (p[len] != '\0');
	}
	json_end_array(j);
}

static void json_cell_view(struct json *j, const struct cell_view *c)
{
	bool by_field = c->p.field != 0 && !c->rejected;

	json_begin_row(j, NULL);
	json_string(j, "mechanism", mechanism_names[c->cell.mechanism]);
	json_string(j, "actor", actor_names[c->cell.actor]);
	json_bool(j, "possible", c->possible);
	json_bool(j, "claimed", c->claim != NULL);
	json_string(j, "fires", c->possible ? fires_word(c) : NULL);
	json_bool(j, "wanted_key", c->p.wanted);
	json_keys(j, c->p.keys);
	json_string(j, "reason", c->p.reason != REASON_NONE ? reason_names[c->p.reason] : NULL);
	json_string(j, "field", by_field ? rule_field_name(c->p.field) : NULL);
	json_text(j, "rule", text_of(c->rule ? c->rule->text : NULL));
	json_text(j, "file", text_of(c->rule ? c->rule->file : NULL));
	if (c->rule != NULL)
		json_number(j, "line", c->rule->line);
	else
		json_null(j, "line");
	json_end_object(j);
}

static void print_json(const struct view *v)
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

static int parse(struct view *v, int argc, char **argv, struct error *err)
{
	static const struct option options[] = {
		{ "kernel", no_argument,       NULL, 'K' },
		{ "json",   no_argument,       NULL, 'j' },
		{ "key",    required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "k:", options, NULL)) != -1) {
		switch (option) {
		case 'K':
			v->kernel = true;
			break;
		case 'j':
			v->json = true;
			break;
		case 'k':
			if (v->key_count == KEYS_MAX)
				return error_set(err, ERR_USAGE, "more than %d keys", KEYS_MAX);
			v->keys[v->key_count++] = optarg;
			break;
		default:
			return command_bad_option(argv, err);
		}
	}
	if (v->kernel && optind < argc)
		return error_set(err, ERR_USAGE, "--kernel and '%s' exclude each other", argv[optind]);
	if (v->key_count == 0)
		v->keys[0] = "modules";
	return 0;
}

static int run(const struct globals *g, int argc, char **argv, struct error *err)
{
	AUTO(view_release) struct view v = { 0 };
	bool any = false;
	int rc, first;

	(void)g;
	paths_init(&v.paths, true);
	ruleset_init(&v.set);
	if ((rc = parse(&v, argc, argv, err)) < 0)
		return rc;
	first = optind;		/* reading rules starts getopt anew */
	host_facts_read(&v.host, &v.paths);
	rc = v.kernel ? read_kernel(&v, err) : read_files(&v, argc - first, argv + first, err);
	if (rc < 0)
		return rc;
	if (!v.kernel && v.set.settings.enabled == 0)
		v.host.audit_enabled = 0;
	for (size_t c = 0; c < MECHANISM_COUNT * ACTOR_COUNT; c++)
		look_at_cell(&v, (enum mechanism)(c / ACTOR_COUNT), (enum actor)(c % ACTOR_COUNT));
	if (v.json) {
		print_json(&v);
		return STATUS_DONE;
	}
	if ((rc = print_cells(&v, err)) < 0)
		return rc;
	tell_problems(&v, print_problem, &any);
	print_summary(&v);
	return STATUS_DONE;
}

const struct command command_rules = {
	.name = "rules",
	.synopsis = "[PATH...|--kernel] [--json] [--key KEY]",
	.summary = "what the rules claim per cell, and which of them can fire here",
	.options =
		"  PATH       a rule file, or a folder of them, merged as augenrules does;\n"
		"             default: " RULES_FOLDER " if it has rules, else " RULES_FILE "\n"
		"  --kernel   what the kernel holds now (needs CAP_AUDIT_CONTROL)\n"
		"  --key KEY  a wanted key; may be repeated; default: modules\n"
		"  --json     one object: the cells and the problems\n",
	.run = run,
	.failed = STATUS_FAILED,
};
