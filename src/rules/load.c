/*
 * A rule file executed as "auditctl -R" would, without the kernel: which rules
 * arrive, in which order, and what is refused.
 */
#include "rules/private.h"

#include "base/array.h"
#include "base/error_access.h"

#include <errno.h>
#include <libaudit.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_MAX_READ 6143	/* auditctl takes the rest of a longer line for a line of its own */

struct selftest_run {
	struct ruleset *set;
	struct paths *facts;
	const struct rule_line *refused;	/* the line that auditctl stopped at, or NULL */
	const struct rule_line *locked;		/* -e 2 */
};

void rule_lines_drop(struct rule_line *l)
{
	free(l->text);
	l->text = NULL;
}

void rule_lines_release(struct rule_lines *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->line[i].text);
	free(l->line);
	*l = (struct rule_lines){ 0 };
}

bool rule_lines_add(struct rule_lines *l, const char *file, unsigned line, char *text)
{
	AUTO(freep) char *owned = text;

	if (text == NULL)
		return false;
	if (array_grow(&l->line, &l->capacity, l->count + 1, sizeof(*l->line), NULL) < 0)
		return false;
	l->line[l->count++] = (struct rule_line){ file, line, owned, false };
	owned = NULL;
	return true;
}

bool rule_lines_split(struct rule_lines *l, const char *file, struct bytes text)
{
	unsigned number = 1;

	for (size_t at = 0; at < text.len; number++) {
		const char *start = text.data + at;
		const char *end = memchr(start, '\n', text.len - at);
		size_t len = end ? (size_t)(end - start) : text.len - at;

		/* strndup stops at a NUL, and so does auditctl */
		if (!rule_lines_add(l, file, number, strndup(start, MIN(len, LINE_MAX_READ))))
			return false;
		l->line[l->count - 1].cut = len > LINE_MAX_READ;
		at += len + 1;
	}
	return true;
}

static bool is_blank(const char *text)
{
	text += strspn(text, " ");
	return *text == '\0' || *text == '#';
}

static void settings_take(struct rule_settings *to, const struct rule_settings *from)
{
	if (from->enabled >= 0)
		to->enabled = from->enabled;
	if (from->backlog >= 0)
		to->backlog = from->backlog;
	if (from->failure >= 0)
		to->failure = from->failure;
	if (from->rate >= 0)
		to->rate = from->rate;
	if (from->backlog_wait >= 0)
		to->backlog_wait = from->backlog_wait;
	to->ignore |= from->ignore;
	to->report |= from->report;
	to->loginuid_immutable |= from->loginuid_immutable;
}

static void remove_at(struct rules *list, size_t i)
{
	rule_free(list->rule[i]);
	list->count--;
	memmove(list->rule + i, list->rule + i + 1, (list->count - i) * sizeof(*list->rule));
}

/* auditctl -D -k finds its rules by a part of the key. */
static void delete_all(struct selftest_run *run, const char *key)
{
	struct rules *loaded = &run->set->loaded;

	run->set->settings.deletes_all |= *key == '\0';
	for (size_t i = loaded->count; i-- > 0;) {
		const struct rule_field *f = rule_field_of(loaded->rule[i], AUDIT_FILTERKEY);

		if (*key == '\0' || (f != NULL && strstr(f->text, key) != NULL))
			remove_at(loaded, i);
	}
}

static bool delete_rule(struct selftest_run *run, const struct rule *r, struct refusal *why)
{
	struct rules *loaded = &run->set->loaded;

	for (size_t i = 0; i < loaded->count; i++) {
		if (rule_identical(r, loaded->rule[i])) {
			remove_at(loaded, i);
			return true;
		}
	}
	return refuse(why, "there is no such rule to delete");
}

static bool add_rule(struct selftest_run *run, struct line_order *o, const struct rule_line *at,
		     struct refusal *why)
{
	struct rules *loaded = &run->set->loaded;
	const struct rule *same;

	if (!kernel_takes(o->rule, run->facts, why))
		return false;
	for (size_t i = 0; i < loaded->count; i++)
		if (rule_identical(o->rule, loaded->rule[i]))
			return refuse(why, "the rule exists already: line %u of %s",
				      loaded->rule[i]->line, loaded->rule[i]->file);
	if ((same = rules_find(loaded, o->rule)) != NULL &&
	    !ruleset_problem(run->set, PROBLEM_DUPLICATE, at, "says the same as line %u of %s",
			     same->line, same->file))
		return refuse_memory(why);
	if (!rules_insert(loaded, o->rule, o->rule->prepend))
		return refuse_memory(why);
	o->rule = NULL;
	return true;
}

static bool execute(struct selftest_run *run, struct line_order *o, const struct rule_line *at,
		    struct refusal *why)
{
	bool changes = o->order != ORDER_NOTHING || o->deletes_all;

	why->locked = run->locked != NULL && (changes || o->settings.enabled >= 0);
	if (why->locked)
		return refuse(why, "audit is locked by -e 2 in line %u of %s", run->locked->line,
			      run->locked->file);
	if (o->deletes_all)
		delete_all(run, o->delete_key);
	if (o->order == ORDER_DELETE)
		return delete_rule(run, o->rule, why);
	return o->order == ORDER_NOTHING || add_rule(run, o, at, why);
}

/* A rule that does not arrive still says what its author wanted covered. */
static bool keep_missing(struct selftest_run *run, struct line_order *o)
{
	if (o->order != ORDER_ADD || o->rule == NULL)
		return true;
	if (!rules_insert(&run->set->missing, o->rule, false))
		return false;
	o->rule = NULL;
	return true;
}

static bool run_line(struct selftest_run *run, const struct rule_line *at)
{
	AUTO(line_order_release) struct line_order o;
	struct refusal why = { .text = "" };
	bool good = line_read(&o, at->text, run->facts, &why);

	if (why.no_memory)
		return false;
	if (o.rule != NULL) {
		o.rule->file = at->file;
		o.rule->line = at->line;
		if ((o.rule->text = strdup(at->text)) == NULL)
			return false;
	}
	if (run->refused != NULL)
		return keep_missing(run, &o) &&
		       ruleset_problem(run->set, PROBLEM_FALLEN, at,
				       "never reached: auditctl stops at line %u of %s",
				       run->refused->line, run->refused->file);
	if (o.warning.text[0] != '\0' &&
	    !ruleset_problem(run->set, PROBLEM_WARNING, at, "%s", o.warning.text))
		return false;
	/* auditctl asks for these as it reads them, whatever comes of the rest of the line. */
	if (run->locked == NULL)
		settings_take(&run->set->settings, &o.settings);
	if (good && at->cut)
		good = refuse(&why, "the line is longer than %d bytes", LINE_MAX_READ);
	good = good && execute(run, &o, at, &why);
	if (why.no_memory)
		return false;
	if (o.settings.enabled == 2 && run->locked == NULL)
		run->locked = at;
	if (good)
		return true;
	if (!run->set->settings.ignore)
		run->refused = at;
	if (!keep_missing(run, &o) ||
	    !ruleset_problem(run->set, PROBLEM_REJECTED, at, "%s", why.text))
		return false;
	run->set->problems[run->set->problem_count - 1].locked = why.locked;
	return true;
}

int rules_execute(struct ruleset *s, const struct rule_lines *lines, struct paths *facts,
		  struct error *err)
{
	struct selftest_run run = { .set = s, .facts = facts };

	set_aumessage_mode(MSG_QUIET, DBG_NO);
	for (size_t i = 0; i < lines->count; i++)
		if (!is_blank(lines->line[i].text) && !run_line(&run, &lines->line[i]))
			return error_set(err, ERR_NOMEM, "out of memory");
	if (facts->incomplete)
		return error_set(err, ERR_NOMEM, "out of memory");
	return 0;
}

/* auditctl -l says this where there are none. */
static bool is_empty_list(struct bytes text)
{
	static const char none[] = "No rules";

	return text.len >= sizeof(none) - 1 && memcmp(text.data, none, sizeof(none) - 1) == 0;
}

int rules_read_text(struct ruleset *s, const char *name, struct bytes text, struct paths *facts,
		    struct error *err)
{
	AUTO(rule_lines_release) struct rule_lines lines = { 0 };
	const char *file = ruleset_file(s, name);

	if (is_empty_list(text))
		return 0;
	if (file == NULL || !rule_lines_split(&lines, file, text))
		return error_set(err, ERR_NOMEM, "out of memory");
	return rules_execute(s, &lines, facts, err);
}

int rules_read(struct ruleset *s, const char *path, struct paths *facts, struct error *err)
{
	AUTO(rule_lines_release) struct rule_lines lines = { 0 };
	AUTO(freep) char *text = NULL;
	struct stat st;
	size_t len = 0;
	int rc;

	if (stat(path, &st) != 0)
		return error_access(err, ERR_INPUT, "read", path, errno);
	if (S_ISDIR(st.st_mode)) {
		if ((rc = rule_lines_merge(&lines, s, path, err)) < 0)
			return rc;
		return rules_execute(s, &lines, facts, err);
	}
	if ((rc = rules_read_file(&text, &len, path, err)) < 0)
		return rc;
	return rules_read_text(s, path, (struct bytes){ text, len }, facts, err);
}
