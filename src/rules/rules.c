/*
 * Rules as values: making, freeing, comparing, finding.
 */
#include "rules/private.h"

#include "base/array.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool refuse(struct refusal *r, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	vsnprintf(r->text, sizeof(r->text), format, ap);
	va_end(ap);
	return false;
}

bool refuse_memory(struct refusal *r)
{
	r->no_memory = true;
	return refuse(r, "out of memory");
}

struct rule *rule_new(void)
{
	struct rule *r = calloc(1, sizeof(*r));

	if (r != NULL)
		r->list = RULE_LIST_UNSET;
	return r;
}

void rule_free(struct rule *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < r->field_count; i++)
		free(r->fields[i].text);
	free(r->fields);
	free(r->text);
	free(r);
}

bool rule_add_field(struct rule *r, uint32_t field, uint32_t op, uint32_t value, const char *text,
		    size_t len)
{
	struct rule_field *more = reallocarray(r->fields, r->field_count + 1, sizeof(*more));
	char *copy = NULL;

	if (more == NULL)
		return false;
	r->fields = more;
	if (text != NULL && (copy = strndup(text, len)) == NULL)
		return false;
	r->fields[r->field_count++] = (struct rule_field){ field, op, value, copy };
	return true;
}

void rule_all_calls(struct rule *r)
{
	for (int nr = 0; nr < RULE_MASK_CALLS; nr++)
		r->mask[nr / 32] |= UINT32_C(1) << nr % 32;
}

bool rule_takes_calls(const struct rule *r)
{
	return r->list == AUDIT_FILTER_EXIT;
}

/* Bits that mean nothing would make equal rules look different. */
void rule_clear_unused(struct rule *r)
{
	if (!rule_takes_calls(r))
		memset(r->mask, 0, sizeof(r->mask));
	for (int nr = RULE_MASK_CALLS; nr < AUDIT_BITMASK_SIZE * 32; nr++)
		r->mask[nr / 32] &= ~(UINT32_C(1) << nr % 32);
}

bool rule_has_all_calls(const struct rule *r)
{
	const uint32_t rest = (UINT32_C(1) << RULE_MASK_CALLS % 32) - 1;

	for (int i = 0; i < RULE_MASK_CALLS / 32; i++)
		if (r->mask[i] != UINT32_MAX)
			return false;
	return (r->mask[RULE_MASK_CALLS / 32] & rest) == rest;
}

bool rule_has_call(const struct rule *r, int nr)
{
	return nr >= 0 && nr < RULE_MASK_CALLS && r->mask[nr / 32] & UINT32_C(1) << nr % 32;
}

const struct rule_field *rule_field_of(const struct rule *r, uint32_t field)
{
	for (size_t i = 0; i < r->field_count; i++)
		if (r->fields[i].field == field)
			return &r->fields[i];
	return NULL;
}

bool keys_have(const char *keys, const char *key)
{
	size_t len = strlen(key);

	while (keys != NULL) {
		if (strncmp(keys, key, len) == 0 && (keys[len] == '\0' || keys[len] == KEY_SEPARATOR))
			return true;
		keys = strchr(keys, KEY_SEPARATOR);
		if (keys != NULL)
			keys++;
	}
	return false;
}

bool rule_has_key(const struct rule *r, const char *key)
{
	const struct rule_field *f = rule_field_of(r, AUDIT_FILTERKEY);

	return f != NULL && keys_have(f->text, key);
}

/* Every key of a is one of b. */
static bool keys_within(const char *a, const char *b)
{
	char key[AUDIT_MAX_KEY_LEN + 1];

	for (const char *p = a; p != NULL; p = *p ? p + 1 : NULL) {
		size_t len = strcspn(p, (char[]){ KEY_SEPARATOR, '\0' });

		snprintf(key, sizeof(key), "%.*s", (int)len, p);
		if (!keys_have(b, key))
			return false;
		p += len;
		if (*p == '\0')
			break;
	}
	return true;
}

/* A folder may be written with a slash behind it. */
static bool same_folder(const char *a, const char *b)
{
	size_t a_len = strlen(a), b_len = strlen(b);

	while (a_len > 1 && a[a_len - 1] == '/')
		a_len--;
	while (b_len > 1 && b[b_len - 1] == '/')
		b_len--;
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static bool same_field(const struct rule_field *a, const struct rule_field *b)
{
	if (a->field != b->field || a->op != b->op || (a->text == NULL) != (b->text == NULL))
		return false;
	if (a->text == NULL)
		return a->value == b->value;
	if (a->field == AUDIT_FILTERKEY)
		return keys_within(a->text, b->text) && keys_within(b->text, a->text);
	if (a->field == AUDIT_DIR)
		return same_folder(a->text, b->text);
	return strcmp(a->text, b->text) == 0;
}

/* Every field of a is one of b: a conjunction knows neither order nor repetition. */
static bool fields_within(const struct rule *a, const struct rule *b)
{
	for (size_t i = 0; i < a->field_count; i++) {
		bool found = false;

		for (size_t j = 0; j < b->field_count && !found; j++)
			found = same_field(&a->fields[i], &b->fields[j]);
		if (!found)
			return false;
	}
	return true;
}

static bool same_head(const struct rule *a, const struct rule *b)
{
	return a->list == b->list && a->action == b->action &&
	       memcmp(a->mask, b->mask, sizeof(a->mask)) == 0;
}

bool rule_same(const struct rule *a, const struct rule *b)
{
	return same_head(a, b) && fields_within(a, b) && fields_within(b, a);
}

/*
 * The kernel marks a rule of -A until it has been put in front, so such a rule
 * is never found to exist.
 */
bool rule_identical(const struct rule *a, const struct rule *b)
{
	if (a->prepend || !same_head(a, b) || a->field_count != b->field_count)
		return false;
	for (size_t i = 0; i < a->field_count; i++) {
		const struct rule_field *f = &a->fields[i], *g = &b->fields[i];

		if (f->field != g->field || f->op != g->op || f->value != g->value)
			return false;
		if (f->text != NULL && (g->text == NULL || strcmp(f->text, g->text) != 0))
			return false;
	}
	return true;
}

const struct rule *rules_find(const struct rules *list, const struct rule *r)
{
	for (size_t i = 0; i < list->count; i++)
		if (rule_same(list->rule[i], r))
			return list->rule[i];
	return NULL;
}

bool rules_insert(struct rules *list, struct rule *r, bool front)
{
	size_t at = list->count;

	if (array_grow(&list->rule, &list->capacity, list->count + 1, sizeof(r), NULL) < 0)
		return false;
	if (front)
		at = 0;
	memmove(list->rule + at + 1, list->rule + at, (list->count - at) * sizeof(*list->rule));
	list->rule[at] = r;
	list->count++;
	return true;
}

const char *const problem_names[] = {
#define PROBLEM(id, word, meaning) word,
#include "model/words.def"
};

void ruleset_init(struct ruleset *s)
{
	*s = (struct ruleset){ .settings = { -1, -1, -1, -1, -1, false, false, false, false } };
}

static void rules_release(struct rules *list)
{
	for (size_t i = 0; i < list->count; i++)
		rule_free(list->rule[i]);
	free(list->rule);
}

void ruleset_release(struct ruleset *s)
{
	rules_release(&s->loaded);
	rules_release(&s->missing);
	for (size_t i = 0; i < s->problem_count; i++)
		free(s->problems[i].text);
	free(s->problems);
	for (size_t i = 0; i < s->file_count; i++)
		free(s->files[i]);
	free(s->files);
	ruleset_init(s);
}

const char *ruleset_file(struct ruleset *s, const char *name)
{
	char **more;

	for (size_t i = 0; i < s->file_count; i++)
		if (strcmp(s->files[i], name) == 0)
			return s->files[i];
	if ((more = reallocarray(s->files, s->file_count + 1, sizeof(*more))) == NULL)
		return NULL;
	s->files = more;
	if ((s->files[s->file_count] = strdup(name)) == NULL)
		return NULL;
	return s->files[s->file_count++];
}

bool ruleset_problem(struct ruleset *s, enum problem_kind kind, const struct rule_line *at,
		     const char *format, ...)
{
	struct rule_problem *p;
	va_list ap;

	if (array_grow(&s->problems, &s->problem_capacity, s->problem_count + 1, sizeof(*p), NULL) < 0)
		return false;
	p = &s->problems[s->problem_count];
	*p = (struct rule_problem){ .kind = kind, .file = at->file, .line = at->line };
	if ((p->text = strdup(at->text ? at->text : "")) == NULL)
		return false;
	va_start(ap, format);
	vsnprintf(p->reason, sizeof(p->reason), format, ap);
	va_end(ap);
	s->problem_count++;
	return true;
}
