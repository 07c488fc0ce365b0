/* Which lines of a text, in the order of the log, belong together. */
#include "parse/private.h"

#include "base/array.h"

#include <string.h>

void twins_release_groups(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		records_release(&g->group[i].set);
	free(g->group);
}

static void close_all(struct groups *g)
{
	for (size_t i = 0; i < g->count; i++)
		g->group[i].open = false;
}

static int begin_group(struct groups *g, const struct record_head *line, struct group **out)
{
	bool anchors = (BIT(record_fact(line)) & ANCHORS) != 0;

	if (array_grow(&g->group, &g->cap, g->count + 1, sizeof(*g->group), NULL) < 0)
		return ERR_NOMEM;
	for (size_t i = 0; anchors && i < g->count; i++)
		g->group[i].interrupted |= g->group[i].open;
	*out = &g->group[g->count++];
	**out = (struct group){ .open = true };
	records_init(&(*out)->set);
	return twins_take(&(*out)->set, line);
}

/* A SYSCALL comes behind nothing of its event but CONFIG_CHANGE and what is no fact. */
static bool may_join(const struct group *g, const struct record_head *line, enum fact fact)
{
	unsigned behind = BIT(FACT_NONE) | BIT(FACT_CONFIG);

	if (fact == FACT_SYSCALL && (records_facts(&g->set) & ~behind) != 0)
		return false;
	return record_fits(&g->set, line);
}

/* The latest open group that the line may join. */
static struct group *find_group(struct groups *g, const struct record_head *line)
{
	enum fact fact = record_fact(line);

	for (size_t i = g->count; i-- > 0; )
		if (g->group[i].open && may_join(&g->group[i], line, fact))
			return &g->group[i];
	return NULL;
}

/* The group that has a copy of the line. */
static struct group *find_copy(struct groups *g, const struct record_head *line)
{
	for (size_t i = g->count; i-- > 0; )
		if (records_hold(&g->group[i].set, line))
			return &g->group[i];
	return NULL;
}

/* The latest open group with an anchor that would take the line, had it not a rival. */
static struct group *find_rival(struct groups *g, const struct record_head *line)
{
	enum fact fact = record_fact(line);

	for (size_t i = g->count; i-- > 0; ) {
		struct group *at = &g->group[i];
		const struct record_head *anchor = at->open ? records_anchor(&at->set) : NULL;

		if ((BIT(fact) & ANCHORS) == 0 && anchor != NULL && !records_contradict(anchor, line))
			return at;
	}
	return NULL;
}

static int group_line(struct groups *g, const struct record_head *line)
{
	enum fact fact = record_fact(line);
	struct group *at = (BIT(fact) & ANCHORS) != 0 ? find_copy(g, line) : NULL;
	int rc;

	if (at == NULL && (at = find_group(g, line)) == NULL)
		at = find_copy(g, line);
	if (at == NULL)
		at = find_rival(g, line);
	if (g->lines == TWINS_RECORDS || (at == NULL && g->count == TWINS_MAX)) {
		g->dropped += at == NULL || !records_hold(&at->set, line);
		return 0;
	}
	rc = at == NULL ? begin_group(g, line, &at) : twins_take(&at->set, line);
	if (rc < 0)
		return rc;
	g->lines += rc > 0;
	/* A copy of an anchor is followed by copies of its records. */
	at->open = fact == FACT_SYSCALL || (at->open && fact != FACT_PROCTITLE && fact != FACT_ALONE);
	return 0;
}

static void end_latest(struct groups *g)
{
	for (size_t i = g->count; i-- > 0; )
		if (g->group[i].open) {
			g->group[i].open = false;
			return;
		}
}

int twins_group(struct groups *g, struct bytes text)
{
	const char *end = text.data + text.len, *newline;
	struct record_head line;
	int rc = 0;

	for (const char *at = text.data; at < end && rc == 0; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (newline == NULL)
			newline = end;
		if (newline == at)
			close_all(g);
		else if (record_head_parse(&line, at, (size_t)(newline - at)) != LINE_OK)
			continue;
		else if (line.kind->place == PLACE_EOE)
			end_latest(g);
		else
			rc = group_line(g, &line);
	}
	return rc;
}
