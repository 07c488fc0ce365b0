#include "parse/private.h"

#include "base/array.h"

#include <string.h>

/* What was read together with an anchor. */
struct anchored {
	struct records own;
	bool interrupted;
};

int twins_take(struct records *set, const struct record_head *line)
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
		rc = twins_take(to, &from->line[i]);
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
	const struct record_head *anchor = records_anchor(set);
	struct anchored *known;

	if (anchor == NULL)
		return unite(&t->loose, set);
	if ((known = find_anchored(t, anchor)) == NULL)
		return ERR_NOMEM;
	known->interrupted |= interrupted;
	return unite(&known->own, set);
}

int twins_add_text(struct twins *t, struct bytes text)
{
	AUTO(twins_release_groups) struct groups g = { 0 };
	int rc = twins_group(&g, text);

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
		rc = twins_take(records_hold(loose, &set->line[i]) ? rest : own, &set->line[i]);
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
	struct bytes x = record_core(records_anchor(&a->own)), y = record_core(records_anchor(&b->own));
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
		const struct record_head *anchor = records_anchor(&a->own);

		if (i + 1 == t->anchored_count ||
		    !bytes_start_with(record_core(records_anchor(&next->own)), record_core(anchor))) {
			t->anchored[kept++] = *a;
			continue;
		}
		for (size_t k = 0; k < a->own.count && rc >= 0; k++)
			if (&a->own.line[k] != anchor)
				rc = twins_take(&next->own, &a->own.line[k]);
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
			rc = twins_take(&left, &loose.line[i]);
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

	return i + 1 < set->count && record_fact(line) == record_fact(next) &&
	       records_are_rivals(record_fact(line), line, next) &&
	       bytes_start_with(record_core(next), record_core(line));
}

/* Where the rivals of line i of a sorted set begin; of what changes rules all stand together. */
static size_t first_rival(const struct records *set, size_t first, size_t i)
{
	enum fact fact = record_fact(&set->line[i]);

	if (i == 0 || fact != record_fact(&set->line[i - 1]))
		return i;
	if (fact == FACT_CONFIG || records_are_rivals(fact, &set->line[i - 1], &set->line[i]))
		return first;
	return i;
}

/* The number of line i among its rivals: one that is none of an earlier one has that one's. */
static uint32_t number_among(const struct records *set, size_t first, size_t i,
			     const uint32_t *number)
{
	uint32_t most = 0;

	for (size_t k = first; k < i; k++) {
		if (!records_are_rivals(record_fact(&set->line[i]), &set->line[k], &set->line[i]))
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
		rc = twins_take(&to->set, &set->line[i]);
		if (rc >= 0 && records_hold(loose, &set->line[i]))
			rc = twins_take(&to->loose, &set->line[i]);
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
			rc = twins_take(&whole, &set->line[i]);
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

			if ((BIT(record_fact(line)) & ANCHORS) != 0 || !record_fits(set, line))
				continue;
			if ((rc = twins_take(set, line)) > 0)
				rc = twins_take(loose, line);
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
		if (record_fits(&a->own, &t->loose.line[i])) {
			rc = twins_take(&loose, &t->loose.line[i]);
			taken[i] = true;
		}
	if (rc < 0)
		return rc;
	if ((rc = add_all(&set, &loose)) < 0)
		return rc;
	if (a->interrupted && (records_facts(&set) & BIT(FACT_PROCTITLE)) == 0 &&
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

		if (!taken[i] && record_fact(line) != FACT_EXECVE)
			rc = twins_take(record_fact(line) == FACT_CONFIG ? &change : &rest, line);
	}
	if (rc < 0)
		return rc;
	if (change.count > 0 && (records_facts(&rest) & BIT(FACT_KERN_MODULE)) == 0) {
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
