/* What records say of the event that they are of, and which of them contradict each other. */
#include "parse/private.h"

#include "parse/halves.h"
#include "parse/sieve.h"

#include <string.h>

static enum fact fact_of_other(const struct record_head *line)
{
	if (line->kind->role == RECORD_DAEMON)
		return FACT_ALONE;
	if (line->kind->role == RECORD_USER && bytes_are(line->type, "TRUSTED_APP"))
		return FACT_ALONE;
	return FACT_NONE;
}

enum fact record_fact(const struct record_head *line)
{
	switch (line->kind->place) {
	case PLACE_SYSCALL:
		return FACT_SYSCALL;
	case PLACE_KERN_MODULE:
		return FACT_KERN_MODULE;
	case PLACE_EXECVE:
		return FACT_EXECVE;
	case PLACE_CWD:
		return FACT_CWD;
	case PLACE_PROCTITLE:
		return FACT_PROCTITLE;
	case PLACE_CONFIG_CHANGE:
		return FACT_CONFIG;
	case PLACE_OTHER:
		return fact_of_other(line);
	case PLACE_PATH:
	case PLACE_EOE:
		break;
	}
	return FACT_NONE;
}

/* Which facts cannot be in one event with a SYSCALL. */
static unsigned excluded_by_call(const struct record_head *line)
{
	struct machine_call call;

	if (!sieve_rules_call(line, &call))
		return 0;
	if (call.call != CALL_NONE)
		return BIT(FACT_EXECVE) | BIT(FACT_CONFIG);
	return BIT(FACT_KERN_MODULE) | (call.exec ? BIT(FACT_CONFIG) : BIT(FACT_EXECVE));
}

/* The same for the other facts, as a table; what a call excludes depends on the call. */
static const unsigned excluded[] = {
	[FACT_KERN_MODULE] = BIT(FACT_EXECVE) | BIT(FACT_CONFIG),
	[FACT_EXECVE] = BIT(FACT_CONFIG),
	[FACT_ALONE] = ~BIT(FACT_NONE),
};

static unsigned excluded_by(const struct record_head *line, enum fact fact)
{
	if (fact == FACT_SYSCALL)
		return excluded_by_call(line);
	return fact < ARRAY_SIZE(excluded) ? excluded[fact] : 0;
}

/* The word that begins with name, in the fields of a record. */
static struct bytes word_of(struct bytes fields, const char *name)
{
	const char *at = fields.len > 0 ? memmem(fields.data, fields.len, name, strlen(name)) : NULL;
	const char *end = fields.data + fields.len, *stop;

	if (at == NULL)
		return (struct bytes){ NULL, 0 };
	stop = memchr(at + 1, ' ', (size_t)(end - at - 1));
	return (struct bytes){ at, (size_t)((stop == NULL ? end : stop) - at) };
}

/* One call may change several rules, but does the same to each. */
static bool is_same_change(const struct record_head *a, const struct record_head *b)
{
	static const char *const words[] = { "op=", " list=", " res=", "auid=" };
	struct bytes raw_a = record_halves(a).raw, raw_b = record_halves(b).raw;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!bytes_equal(word_of(raw_a, words[i]), word_of(raw_b, words[i])))
			return false;
	return true;
}

/* Two different records of one fact: do both have its place? */
bool records_are_rivals(enum fact fact, const struct record_head *a, const struct record_head *b)
{
	uint64_t place;

	switch (fact) {
	case FACT_NONE:
		return false;
	case FACT_EXECVE:
		place = record_place_among(a);
		return place != UINT64_MAX && place == record_place_among(b);
	case FACT_CONFIG:
		return !is_same_change(a, b);
	default:
		return true;
	}
}

bool records_contradict(const struct record_head *a, const struct record_head *b)
{
	enum fact fact = record_fact(a), other = record_fact(b);

	if (fact == FACT_NONE || other == FACT_NONE)
		return false;
	if (fact == other)
		return records_are_rivals(fact, a, b) && !bytes_equal(record_core(a), record_core(b));
	/* What is excluded follows from the call only where it matters. */
	return (excluded_by(a, fact) & BIT(other)) != 0 || (excluded_by(b, other) & BIT(fact)) != 0;
}

bool record_fits(const struct records *set, const struct record_head *line)
{
	if (record_fact(line) == FACT_NONE)
		return true;
	for (size_t i = 0; i < set->count; i++)
		if (records_contradict(&set->line[i], line))
			return false;
	return true;
}

unsigned records_facts(const struct records *set)
{
	unsigned facts = 0;

	for (size_t i = 0; i < set->count; i++)
		facts |= BIT(record_fact(&set->line[i]));
	return facts;
}

/* Each by itself: of most events a SYSCALL has an EXECVE or a KERN_MODULE, and rightly so. */
bool twins_agree(const struct records *set)
{
	const struct record_head *call = NULL, *before = NULL;
	unsigned facts = 0, excludes = 0;
	enum fact last = FACT_NONE;

	for (size_t i = 0; i < set->count; i++) {
		const struct record_head *line = &set->line[i];
		enum fact fact = record_fact(line);

		if (fact == FACT_NONE)
			continue;
		if (fact == last && records_are_rivals(fact, before, line))
			return false;
		if (fact == FACT_SYSCALL)
			call = line;
		else if (fact < ARRAY_SIZE(excluded))
			excludes |= excluded[fact] & ~BIT(fact);
		facts |= BIT(fact);
		last = fact;
		before = line;
	}
	if (call != NULL && (facts & (BIT(FACT_KERN_MODULE) | BIT(FACT_EXECVE) | BIT(FACT_CONFIG))) != 0)
		excludes |= excluded_by_call(call);
	return (facts & excludes) == 0;
}

const struct record_head *records_anchor(const struct records *set)
{
	for (size_t i = 0; i < set->count; i++)
		if ((BIT(record_fact(&set->line[i])) & ANCHORS) != 0)
			return &set->line[i];
	return NULL;
}

bool twins_anchored(const struct records *set)
{
	return records_anchor(set) != NULL;
}

#define MARKS (ANCHORS | BIT(FACT_KERN_MODULE) | BIT(FACT_CONFIG))

/* The next record of the text of one of these facts, from *at on. */
static struct bytes find_fact(struct bytes text, const char **at, unsigned facts)
{
	const char *end = text.data + text.len, *newline;
	struct record_head line;

	for (; *at < end; *at = newline + 1) {
		newline = memchr(*at, '\n', (size_t)(end - *at));
		if (newline == NULL)
			newline = end - 1;
		if (record_head_parse(&line, *at, (size_t)(newline - *at)) != LINE_OK ||
		    (BIT(record_fact(&line)) & facts) == 0)
			continue;
		*at = newline + 1;
		return record_core(&line);
	}
	return (struct bytes){ NULL, 0 };
}

struct bytes twins_mark(struct bytes text, const char **rest)
{
	const char *at = text.data;
	struct bytes mark;

	if (*rest != NULL)
		return find_fact(text, rest, MARKS);
	*rest = text.data;
	if ((mark = find_fact(text, &at, ANCHORS)).data != NULL)
		return mark;
	at = text.data;
	mark = find_fact(text, &at, MARKS);
	return mark.data != NULL ? mark : text;
}
