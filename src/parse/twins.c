#include "parse/twins.h"

#include "base/array.h"
#include "parse/halves.h"
#include "parse/sieve.h"

#include <string.h>

/* The kinds of records that say what an event is. */
enum fact {
	FACT_NONE, FACT_SYSCALL, FACT_KERN_MODULE, FACT_EXECVE, FACT_CWD, FACT_PROCTITLE, FACT_CONFIG,
	FACT_ALONE,
};
#define BIT(fact) (1u << (fact))
#define ANCHORS (BIT(FACT_SYSCALL) | BIT(FACT_ALONE))

/* What was read together with an anchor. */
struct anchored {
	struct records own;
	bool interrupted;
};

/* Lines of a text that belong together. */
struct group {
	struct records set;
	bool open, interrupted;
};

struct groups {
	struct group *group;
	size_t count, cap;
	size_t lines;		/* in all of them, at most TWINS_RECORDS */
	size_t dropped;		/* beyond that, or beyond TWINS_MAX groups */
};

static enum fact fact_of_other(const struct record_head *line)
{
	if (line->kind->role == RECORD_DAEMON)
		return FACT_ALONE;
	if (line->kind->role == RECORD_USER && bytes_are(line->type, "TRUSTED_APP"))
		return FACT_ALONE;
	return FACT_NONE;
}

static enum fact fact_of(const struct record_head *line)
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
static bool are_rivals(enum fact fact, const struct record_head *a, const struct record_head *b)
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

static bool contradict(const struct record_head *a, const struct record_head *b)
{
	enum fact fact = fact_of(a), other = fact_of(b);

	if (fact == FACT_NONE || other == FACT_NONE)
		return false;
	if (fact == other)
		return are_rivals(fact, a, b) && !bytes_equal(record_core(a), record_core(b));
	/* What is excluded follows from the call only where it matters. */
	return (excluded_by(a, fact) & BIT(other)) != 0 || (excluded_by(b, other) & BIT(fact)) != 0;
}

static bool fits(const struct records *set, const struct record_head *line)
{
	if (fact_of(line) == FACT_NONE)
		return true;
	for (size_t i = 0; i < set->count; i++)
		if (contradict(&set->line[i], line))
			return false;
	return true;
}

static unsigned facts_of(const struct records *set)
{
	unsigned facts = 0;

	for (size_t i = 0; i < set->count; i++)
		facts |= BIT(fact_of(&set->line[i]));
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
		enum fact fact = fact_of(line);

		if (fact == FACT_NONE)
			continue;
		if (fact == last && are_rivals(fact, before, line))
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

static const struct record_head *anchor_of(const struct records *set)
{
	for (size_t i = 0; i < set->count; i++)
		if ((BIT(fact_of(&set->line[i])) & ANCHORS) != 0)
			return &set->line[i];
	return NULL;
}

bool twins_anchored(const struct records *set)
{
	return anchor_of(set) != NULL;
}

static int add(struct records *set, const struct record_head *line)
{
	if (set->count >= TWINS_RECORDS) {
		set->dropped += !records_hold(set, line);
		return 0;
	}
	return records_add(set, line->text.data, line->text.len);
}

static int add_all(struct records *to, const struct records *from)
{
	int rc = 0;

	for (size_t i = 0; i < from->count && rc >= 0; i++)
		rc = add(to, &from->line[i]);
	return MIN(rc, 0);
}

void twins_init(struct twins *t)
{
	*t = (struct twins){ 0 };
	records_init(&t->loose);
}

static void release_events(struct twins *t)
{
	for (size_t i = 0; i < t->count; i++) {
		records_release(&t->event[i].set);
		records_release(&t->event[i].loose);
	}
	t->count = 0;
}

void twins_release(struct twins *t)
{
	release_events(t);
	for (size_t i = 0; i < t->anchored_count; i++)
		records_release(&t->anchored[i].own);
	free(t->event);
	free(t->anchored);
	records_release(&t->loose);
	twins_init(t);
}

/* What was read with this anchor so far; NULL: out of memory. */
static struct anchored *find_anchored(struct twins *t, const struct record_head *anchor)
{
	for (size_t i = 0; i < t->anchored_count; i++)
		if (records_hold(&t->anchored[i].own, anchor))
			return &t->anchored[i];
	if (array_grow(&t->anchored, &t->anchored_cap, t->anchored_count + 1, sizeof(*t->anchored),
		       NULL) < 0)
		return NULL;
	t->anchored[t->anchored_count] = (struct anchored){ .interrupted = false };
	return &t->anchored[t->anchored_count++];
}

/* A set may have a megabyte, so what is not needed any more is not copied. */
static void move(struct records *to, struct records *from)
{
	struct records empty = { 0 };

	records_release(to);
	*to = *from;
	*from = empty;
}

static int unite(struct records *to, struct records *from)
{
	if (to->count > 0)
		return add_all(to, from);
	move(to, from);
	return 0;
}

/* What is in set afterwards is not said. */
static int add_set(struct twins *t, struct records *set, bool interrupted)
{
	const struct record_head *anchor = anchor_of(set);
	struct anchored *known;

	if (anchor == NULL)
		return unite(&t->loose, set);
	if ((known = find_anchored(t, anchor)) == NULL)
		return ERR_NOMEM;
	known->interrupted |= interrupted;
	return unite(&known->own, set);
}

static void release_groups(struct groups *g)
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
	bool anchors = (BIT(fact_of(line)) & ANCHORS) != 0;

	if (array_grow(&g->group, &g->cap, g->count + 1, sizeof(*g->group), NULL) < 0)
		return ERR_NOMEM;
	for (size_t i = 0; anchors && i < g->count; i++)
		g->group[i].interrupted |= g->group[i].open;
	*out = &g->group[g->count++];
	**out = (struct group){ .open = true };
	records_init(&(*out)->set);
	return add(&(*out)->set, line);
}

/* A SYSCALL comes behind nothing of its event but CONFIG_CHANGE and what is no fact. */
static bool may_join(const struct group *g, const struct record_head *line, enum fact fact)
{
	unsigned behind = BIT(FACT_NONE) | BIT(FACT_CONFIG);

	if (fact == FACT_SYSCALL && (facts_of(&g->set) & ~behind) != 0)
		return false;
	return fits(&g->set, line);
}

/* The latest open group that the line may join. */
static struct group *find_group(struct groups *g, const struct record_head *line)
{
	enum fact fact = fact_of(line);

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
	enum fact fact = fact_of(line);

	for (size_t i = g->count; i-- > 0; ) {
		struct group *at = &g->group[i];
		const struct record_head *anchor = at->open ? anchor_of(&at->set) : NULL;

		if ((BIT(fact) & ANCHORS) == 0 && anchor != NULL && !contradict(anchor, line))
			return at;
	}
	return NULL;
}

static int group_line(struct groups *g, const struct record_head *line)
{
	enum fact fact = fact_of(line);
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
	rc = at == NULL ? begin_group(g, line, &at) : add(&at->set, line);
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

static int group_text(struct groups *g, struct bytes text)
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

int twins_add_text(struct twins *t, struct bytes text)
{
	AUTO(release_groups) struct groups g = { 0 };
	int rc = group_text(&g, text);

	t->dropped += g.dropped;
	for (size_t i = 0; i < g.count && rc == 0; i++)
		rc = add_set(t, &g.group[i].set, g.group[i].interrupted);
	return rc;
}

/* Adds the lines of set to one of two sets: those of loose to the second. */
static int divide(const struct records *set, const struct records *loose, struct records *own,
		  struct records *rest)
{
	int rc = 0;

	for (size_t i = 0; i < set->count && rc >= 0; i++)
		rc = add(records_hold(loose, &set->line[i]) ? rest : own, &set->line[i]);
	return MIN(rc, 0);
}

int twins_add_event(struct twins *t, struct bytes set, struct bytes loose, bool interrupted)
{
	AUTO(records_release) struct records all = { 0 };
	AUTO(records_release) struct records apart = { 0 };
	AUTO(records_release) struct records own = { 0 };
	int rc;

	if ((rc = records_add_text(&all, set.data, set.len)) < 0 ||
	    (rc = records_add_text(&apart, loose.data, loose.len)) < 0 ||
	    (rc = divide(&all, &apart, &own, &t->loose)) < 0)
		return rc;
	return add_set(t, &own, interrupted);
}

static int compare_anchored(const void *left, const void *right)
{
	const struct anchored *a = left, *b = right;
	struct bytes x = record_core(anchor_of(&a->own)), y = record_core(anchor_of(&b->own));
	int order = memcmp(x.data, y.data, MIN(x.len, y.len));

	return order != 0 ? order : (x.len > y.len) - (x.len < y.len);
}

/* An anchor that was cut short is that of the whole one: what begins like it stands behind it. */
static int unite_cut(struct twins *t)
{
	size_t kept = 0;
	int rc = 0;

	if (t->anchored_count > 1)
		qsort(t->anchored, t->anchored_count, sizeof(*t->anchored), compare_anchored);
	for (size_t i = 0; i < t->anchored_count && rc == 0; i++) {
		struct anchored *a = &t->anchored[i], *next = a + 1;
		const struct record_head *anchor = anchor_of(&a->own);

		if (i + 1 == t->anchored_count ||
		    !bytes_start_with(record_core(anchor_of(&next->own)), record_core(anchor))) {
			t->anchored[kept++] = *a;
			continue;
		}
		for (size_t k = 0; k < a->own.count && rc >= 0; k++)
			if (&a->own.line[k] != anchor)
				rc = add(&next->own, &a->own.line[k]);
		rc = MIN(rc, 0);
		next->interrupted |= a->interrupted;
		records_release(&a->own);
	}
	t->anchored_count = kept;
	return rc;
}

/* Loose records that an anchor's own hold are loose no more. */
static int settle_loose(struct twins *t)
{
	AUTO(records_release) struct records left = { 0 };
	struct records loose = t->loose;
	int rc = 0;

	for (size_t i = 0; i < loose.count && rc >= 0; i++) {
		bool known = false;

		for (size_t k = 0; k < t->anchored_count && !known; k++)
			known = records_hold(&t->anchored[k].own, &loose.line[i]);
		if (!known)
			rc = add(&left, &loose.line[i]);
	}
	if (rc < 0)
		return rc;
	t->loose = left;
	left = loose;
	return 0;
}

static struct twin *add_event(struct twins *t)
{
	if (t->count == TWINS_MAX) {
		t->left_out++;
		return NULL;
	}
	t->event[t->count] = (struct twin){ .interrupted = false };
	return &t->event[t->count++];
}

/* Of a sorted set: is line i the one behind it, cut short? */
static bool is_cut(const struct records *set, size_t i)
{
	const struct record_head *line = &set->line[i], *next = line + 1;

	return i + 1 < set->count && fact_of(line) == fact_of(next) &&
	       are_rivals(fact_of(line), line, next) &&
	       bytes_start_with(record_core(next), record_core(line));
}

/* Where the rivals of line i of a sorted set begin; of what changes rules all stand together. */
static size_t first_rival(const struct records *set, size_t first, size_t i)
{
	enum fact fact = fact_of(&set->line[i]);

	if (i == 0 || fact != fact_of(&set->line[i - 1]))
		return i;
	if (fact == FACT_CONFIG || are_rivals(fact, &set->line[i - 1], &set->line[i]))
		return first;
	return i;
}

/* The number of line i among its rivals: one that is none of an earlier one has that one's. */
static uint32_t number_among(const struct records *set, size_t first, size_t i,
			     const uint32_t *number)
{
	uint32_t most = 0;

	for (size_t k = first; k < i; k++) {
		if (!are_rivals(fact_of(&set->line[i]), &set->line[k], &set->line[i]))
			return number[k];
		most = MAX(most, number[k] + 1);
	}
	return most;
}

/*
 * For each line of a sorted set its number among its rivals, in number, and how
 * many these are, in rivals. Returns the largest of those.
 */
static uint32_t number_rivals(const struct records *set, uint32_t *number, uint32_t *rivals)
{
	uint32_t most = 1;
	size_t first = 0;

	for (size_t i = 0; i < set->count; i++) {
		first = first_rival(set, first, i);
		number[i] = number_among(set, first, i, number);
		rivals[i] = MAX(number[i] + 1, i > first ? rivals[i - 1] : 1);
		for (size_t k = i; k-- > first && rivals[k] < rivals[i]; )
			rivals[k] = rivals[i];
		most = MAX(most, rivals[i]);
	}
	return most;
}

/* Event n of a set takes its n-th of each rivals, or the last of fewer. */
static int take_alternative(struct twin *to, const struct records *set, const struct records *loose,
			    const uint32_t *number, const uint32_t *rivals, uint32_t n)
{
	int rc = 0;

	for (size_t i = 0; i < set->count && rc >= 0; i++) {
		if (rivals[i] > 1 && number[i] != MIN(n, rivals[i] - 1))
			continue;
		rc = add(&to->set, &set->line[i]);
		if (rc >= 0 && records_hold(loose, &set->line[i]))
			rc = add(&to->loose, &set->line[i]);
	}
	return MIN(rc, 0);
}

static size_t count_cut(const struct records *set)
{
	size_t count = 0;

	for (size_t i = 0; i < set->count; i++)
		count += is_cut(set, i);
	return count;
}

/* Sorts what is left. Returns how many went, or an error. */
static int drop_cut(struct records *set)
{
	AUTO(records_release) struct records whole = { 0 };
	size_t cut;
	int rc = 0;

	records_sort(set);
	if ((cut = count_cut(set)) == 0)
		return 0;
	for (size_t i = 0; i < set->count && rc >= 0; i++)
		if (!is_cut(set, i))
			rc = add(&whole, &set->line[i]);
	if (rc < 0)
		return rc;
	records_sort(&whole);
	move(set, &whole);
	return (int)cut;
}

/* Makes events of a set, one if its records do not contradict each other. Empties both. */
static int make_events(struct twins *t, struct records *set, struct records *loose, bool interrupted)
{
	AUTO(freep) uint32_t *number = NULL;
	uint32_t *rivals, most;
	int rc, cut;

	t->dropped += set->dropped;
	if ((cut = drop_cut(set)) < 0)
		return cut;
	if ((number = calloc(2 * set->count + 1, sizeof(*number))) == NULL)
		return ERR_NOMEM;
	rivals = number + set->count;
	most = number_rivals(set, number, rivals);
	for (uint32_t n = 0; n < most; n++) {
		struct twin *event = add_event(t);

		if (event == NULL)
			return 0;
		event->interrupted = interrupted;
		if (most == 1 && cut == 0) {
			move(&event->set, set);
			move(&event->loose, loose);
		} else if ((rc = take_alternative(event, set, loose, number, rivals, n)) < 0)
			return rc;
	}
	return 0;
}

/* Shares the records of the other anchors that do not contradict. */
static int share(struct twins *t, const struct anchored *with, struct records *set,
		 struct records *loose)
{
	int rc = 0;

	for (size_t i = 0; i < t->anchored_count; i++) {
		const struct records *own = &t->anchored[i].own;

		for (size_t k = 0; &t->anchored[i] != with && k < own->count && rc >= 0; k++) {
			const struct record_head *line = &own->line[k];

			if ((BIT(fact_of(line)) & ANCHORS) != 0 || !fits(set, line))
				continue;
			if ((rc = add(set, line)) > 0)
				rc = add(loose, line);
		}
	}
	return MIN(rc, 0);
}

/* taken: which of the loose records belong to some event. */
static int make_anchored(struct twins *t, const struct anchored *a, bool *taken)
{
	AUTO(records_release) struct records set = { 0 };
	AUTO(records_release) struct records loose = { 0 };
	int rc = add_all(&set, &a->own);

	for (size_t i = 0; i < t->loose.count && rc >= 0; i++)
		if (fits(&a->own, &t->loose.line[i])) {
			rc = add(&loose, &t->loose.line[i]);
			taken[i] = true;
		}
	if (rc < 0)
		return rc;
	if ((rc = add_all(&set, &loose)) < 0)
		return rc;
	if (a->interrupted && (facts_of(&set) & BIT(FACT_PROCTITLE)) == 0 &&
	    (rc = share(t, a, &set, &loose)) < 0)
		return rc;
	return make_events(t, &set, &loose, a->interrupted);
}

/*
 * What is loose and belongs to no anchor. KERN_MODULE and CONFIG_CHANGE mean something
 * alone, and are not of one event; EXECVE does not.
 */
static int make_loose(struct twins *t, const bool *taken)
{
	AUTO(records_release) struct records change = { 0 };
	AUTO(records_release) struct records rest = { 0 };
	struct records none = { 0 };
	int rc = 0;

	for (size_t i = 0; i < t->loose.count && rc >= 0; i++) {
		const struct record_head *line = &t->loose.line[i];

		if (!taken[i] && fact_of(line) != FACT_EXECVE)
			rc = add(fact_of(line) == FACT_CONFIG ? &change : &rest, line);
	}
	if (rc < 0)
		return rc;
	if (change.count > 0 && (facts_of(&rest) & BIT(FACT_KERN_MODULE)) == 0) {
		if ((rc = add_all(&change, &rest)) < 0)
			return rc;
		records_clear(&rest);
	}
	if (change.count > 0 && (rc = make_events(t, &change, &none, false)) < 0)
		return rc;
	return rest.count > 0 ? make_events(t, &rest, &none, false) : 0;
}

int twins_part(struct twins *t)
{
	AUTO(freep) bool *taken = NULL;
	int rc;

	release_events(t);
	if ((rc = array_grow(&t->event, &t->cap, TWINS_MAX, sizeof(*t->event), NULL)) < 0 ||
	    (rc = unite_cut(t)) < 0 || (rc = settle_loose(t)) < 0)
		return rc;
	if ((taken = calloc(t->loose.count + 1, sizeof(*taken))) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < t->anchored_count; i++)
		if ((rc = make_anchored(t, &t->anchored[i], taken)) < 0)
			return rc;
	return make_loose(t, taken);
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
		    (BIT(fact_of(&line)) & facts) == 0)
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
