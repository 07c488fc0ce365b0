#include "reference.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static struct gathered_event *event_of(struct collected_run *g, const char *id)
{
	struct gathered_event *e;

	/* Backwards: the event at hand is most likely a recent one. */
	for (size_t i = g->count; i-- > 0;)
		if (strcmp(g->event[i].id, id) == 0)
			return &g->event[i];
	if (g->count == g->cap) {
		g->cap = g->cap ? 2 * g->cap : 64;
		g->event = reallocarray(g->event, g->cap, sizeof(*g->event));
		assert_non_null(g->event);
	}
	e = &g->event[g->count++];
	*e = (struct gathered_event){ .wanted = false };
	snprintf(e->id, sizeof(e->id), "%s", id);
	records_init(&e->records);
	return e;
}

static struct gathered_event *find(struct collected_run *g, struct bytes node, bool daemon,
				   int64_t time_ms, uint64_t serial)
{
	char id[512];

	snprintf(id, sizeof(id), "%.*s %d %lld %llu", (int)node.len, node.len ? node.data : "",
		 daemon, (long long)time_ms, (unsigned long long)serial);
	return event_of(g, id);
}

static void gather_line(struct collected_run *g, const char *text, size_t len,
			const char *const *keys)
{
	struct gathered_event *e;
	struct record_head line;

	if (record_head_parse(&line, text, len) != LINE_OK)
		return;
	e = find(g, line.node, line.daemon, line.time_ms, line.serial);
	e->wanted |= sieve_rules_match(&line, keys);
	assert_true(records_add(&e->records, text, len) >= 0);
}

void gather_lines(struct collected_run *g, const char *text, size_t len, const char *const *keys)
{
	const char *end = text + len;

	while (text < end) {
		const char *newline = memchr(text, '\n', (size_t)(end - text));
		const char *stop = newline ? newline : end;

		gather_line(g, text, (size_t)(stop - text), keys);
		text = stop + 1;
	}
}

int gather_fragment(void *collected_run, const struct fragment *fragment, struct error *err)
{
	struct gathered_event *e = find(collected_run, fragment->node, fragment->daemon, fragment->time_ms,
					fragment->serial);

	(void)err;
	assert_true(fragment->count > 0 && fragment->count <= SIEVE_RECORDS_MAX);
	e->wanted = true;
	for (size_t i = 0; i < fragment->count; i++)
		assert_true(records_add(&e->records, fragment->lines[i].data,
					fragment->lines[i].len) >= 0);
	return 0;
}

void gathered_release(struct collected_run *g)
{
	for (size_t i = 0; i < g->count; i++)
		records_release(&g->event[i].records);
	free(g->event);
	*g = (struct collected_run){ 0 };
}

size_t gathered_wanted(const struct collected_run *g)
{
	size_t count = 0;

	for (size_t i = 0; i < g->count; i++)
		count += g->event[i].wanted && g->event[i].records.count > 0;
	return count;
}

void assert_gathered_in(struct collected_run *a, struct collected_run *b)
{
	for (size_t i = 0; i < a->count; i++) {
		size_t len_a, len_b;
		const char *text_a, *text_b;
		struct gathered_event *other;

		if (!a->event[i].wanted)
			continue;
		other = event_of(b, a->event[i].id);
		text_a = records_text(&a->event[i].records, &len_a);
		text_b = records_text(&other->records, &len_b);
		if (len_a != len_b || memcmp(text_a, text_b, len_a) != 0)
			fail_msg("event '%s' is\n%.*sand not\n%.*s", a->event[i].id, (int)len_b,
				 text_b, (int)len_a, text_a);
	}
}

char *read_file(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	size_t cap = (size_t)4 << 20;
	char *text = malloc(cap);

	assert_non_null(file);
	assert_non_null(text);
	*len = fread(text, 1, cap, file);
	assert_true(*len > 0 && *len < cap);
	fclose(file);
	return text;
}
