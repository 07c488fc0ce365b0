#include "report/filter.h"

#include "base/escape.h"
#include "base/timespec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct field {
	const char *name;		/* in messages */
	const char *parameter;		/* in SQL */
	const char *known[5];		/* all values, where they are a closed set */
} fields[FILTER_FIELDS] = {
	[FILTER_HOST] = { "host", ":hosts", { NULL } },
	[FILTER_MODULE] = { "module", ":modules", { NULL } },
	[FILTER_LOGIN] = { "login", ":logins", { NULL } },
	[FILTER_ACTION] = { "action", ":actions", { "load", "unload", "attempt", "unknown" } },
	[FILTER_OUTCOME] = { "outcome", ":outcomes", { "success", "failure", "none", "unknown" } },
	[FILTER_TOOL] = { "tool", ":tools", { NULL } },
	[FILTER_ORIGIN] = { "origin", ":origins",
		{ "interactive", "service", "autoload", "unknown" } },
	[FILTER_KEY] = { "key", ":keys", { NULL } },
};

void filter_init(struct filter *f)
{
	*f = (struct filter){ .since_ms = INT64_MIN, .until_ms = INT64_MAX, .limit = -1 };
}

void filter_release(struct filter *f)
{
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		if (f->fields[i].stream != NULL)
			fclose(f->fields[i].stream);
		free(f->fields[i].json);
	}
	filter_init(f);
}

static bool is(const char *word, const char *value, size_t len)
{
	return strlen(word) == len && memcmp(word, value, len) == 0;
}

static int check_known(const struct field *field, const char *value, size_t len,
		       struct error *err)
{
	char all[128] = "";

	if (field->known[0] == NULL)
		return 0;
	for (const char *const *known = field->known; *known != NULL; known++) {
		if (is(*known, value, len))
			return 0;
		if (known != field->known)
			strcat(all, known[1] != NULL ? ", " : " or ");
		strcat(all, *known);
	}
	return error_set(err, ERR_USAGE, "%s '%.*s' is unknown: expected %s", field->name, (int)len,
			 value, all);
}

/* A pattern for GLOB, in which '[' would begin a set of characters. */
static int put_pattern(FILE *out, enum filter_field field, const char *value, size_t len,
		       struct error *err)
{
	AUTO(freep) char *pattern = malloc(3 * len + 1);
	size_t n = 0;

	if (pattern == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	for (size_t i = 0; i < len; i++) {
		if (value[i] == '[') {
			memcpy(pattern + n, "[[]", 3);
			n += 3;
		} else {
			pattern[n++] = field == FILTER_MODULE && value[i] == '-' ? '_' : value[i];
		}
	}
	escape_print(out, ESCAPE_JSON, (struct bytes){ pattern, n });
	return 0;
}

static int add_value(struct filter *f, enum filter_field field, const char *value, size_t len,
		     struct error *err)
{
	struct patterns *to = &f->fields[field];
	int rc;

	if (len == 0)
		return error_set(err, ERR_USAGE, "%s is empty: expected a name or a pattern",
				 fields[field].name);
	if ((rc = check_known(&fields[field], value, len, err)) < 0)
		return rc;
	if (to->stream != NULL)
		fputc(',', to->stream);
	else if ((to->stream = open_memstream(&to->json, &to->len)) != NULL)
		fputc('[', to->stream);
	else
		return error_set(err, ERR_NOMEM, "out of memory");
	return put_pattern(to->stream, field, value, len, err);
}

int filter_add(struct filter *f, enum filter_field field, const char *list, struct error *err)
{
	size_t len;
	int rc;

	for (;; list += len + 1) {
		len = strcspn(list, ",");
		if ((rc = add_value(f, field, list, len, err)) < 0)
			return rc;
		if (list[len] == '\0')
			return 0;
	}
}

static int read_time(const char *text, int64_t now_ms, int64_t *ms, struct error *err)
{
	if (time_parse(text, now_ms, ms))
		return 0;
	return error_set(err, ERR_USAGE, "time '%s' cannot be read: expected for example 2h, "
			 "yesterday, 2026-11-23, '2026-11-23 10:00' or @1795456283", text);
}

int filter_since(struct filter *f, const char *text, int64_t now_ms, struct error *err)
{
	return read_time(text, now_ms, &f->since_ms, err);
}

int filter_until(struct filter *f, const char *text, int64_t now_ms, struct error *err)
{
	return read_time(text, now_ms, &f->until_ms, err);
}

int filter_limit(struct filter *f, const char *text, struct error *err)
{
	char *end;

	errno = 0;
	f->limit = strtoll(text, &end, 10);
	if (errno == 0 && end != text && *end == '\0' && f->limit > 0)
		return 0;
	return error_set(err, ERR_USAGE, "limit '%s' is no number of actions: expected 1 or more",
			 text);
}

int filter_end(struct filter *f, struct error *err)
{
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		struct patterns *p = &f->fields[i];

		if (p->stream == NULL)
			continue;
		fputc(']', p->stream);
		if (fflush(p->stream) != 0)
			return error_set(err, ERR_NOMEM, "out of memory");
	}
	if (f->since_ms >= f->until_ms)
		return error_set(err, ERR_USAGE,
				 "nothing can match: --since is not before --until");
	return 0;
}

void filter_bind_span(const struct filter *f, struct query *q)
{
	query_bind_text(q, ":hosts", f->fields[FILTER_HOST].json);
	query_bind_int(q, ":since", f->since_ms);
	query_bind_int(q, ":until", f->until_ms);
}

void filter_bind(const struct filter *f, struct query *q)
{
	for (size_t i = 0; i < FILTER_FIELDS; i++)
		query_bind_text(q, fields[i].parameter, f->fields[i].json);
	query_bind_int(q, ":since", f->since_ms);
	query_bind_int(q, ":until", f->until_ms);
	query_bind_int(q, ":limit", f->limit);
	query_bind_int(q, ":newest_first", f->newest_first);
	query_bind_int(q, ":selftest", f->selftest);
}
