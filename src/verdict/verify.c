#include "verdict/verify.h"

#include "model/keys.h"

#include <stdio.h>
#include <string.h>

/* What the probes of one cell came to. */
struct probe_counts {
	unsigned acted, failed;		/* acts that were done; of these, those that failed */
	unsigned seen, seen_failed;	/* of acted and of failed */
	unsigned wanted, wanted_failed;	/* the same, under a wanted key */
	bool left_out;			/* there were failed acts, which the rule does not ask for */
	bool ours;			/* there were acts of a program that a rule names: they do not count */
	unsigned pending;		/* announced, but nobody says that they were done */
	bool direct_unseen;		/* an act without kmod was not seen */
	bool tool_unseen;		/* an act of kmod was not seen */
};

static bool same_cell(struct cell a, struct cell b)
{
	return a.mechanism == b.mechanism && a.actor == b.actor;
}

static bool is_for(const struct probe *p, struct cell cell)
{
	for (unsigned i = 0; i < p->cells; i++)
		if (same_cell(p->cell[i], cell))
			return true;
	return false;
}

/* A nonce probe calls by itself; the others run kmod. */
static bool is_direct(const struct probe *p)
{
	return p->nonce[0] != '\0';
}

static bool fits_mechanism(const struct sighting *s, enum mechanism m)
{
	const char *tool = mechanism_tool(m);

	if (tool == NULL)
		return s->call == mechanism_call(m) && s->abi == mechanism_abi(m);
	return s->call == CALL_NONE && bytes_are(s->tool, tool);
}

/*
 * The name asked for is in the record of delete_module only, where there is
 * one: the other calls fail before the kernel knows a name.
 */
static bool fits_nonce(const struct sighting *s, const struct probe *p)
{
	if (!is_direct(p) || s->call != CALL_DELETE || s->module.data == NULL)
		return true;
	return memmem(s->module.data, s->module.len, p->nonce, strlen(p->nonce)) != NULL;
}

static bool fits(const struct sighting *s, const struct probe *p, struct cell cell)
{
	return s->pid == p->pid && s->time_ms >= p->begun_ms && s->time_ms <= p->ended_ms &&
	       actor_of_auid(s->auid) == cell.actor && fits_mechanism(s, cell.mechanism) &&
	       fits_nonce(s, p);
}

static bool lists_key(const char *list, struct bytes key)
{
	while (*list != '\0') {
		size_t len = strcspn(list, ",");

		if (len == key.len && memcmp(list, key.data, len) == 0)
			return true;
		list += len + (list[len] == ',');
	}
	return false;
}

static void note_keys(struct judged *j, struct bytes keys)
{
	size_t len = strlen(j->seen_keys);
	struct bytes key;

	while (keys_next(&keys, &key)) {
		if (lists_key(j->seen_keys, key) || len + key.len + 2 > sizeof(j->seen_keys))
			continue;
		len += (size_t)snprintf(j->seen_keys + len, sizeof(j->seen_keys) - len, "%s%.*s",
					len ? "," : "", (int)key.len, key.data);
	}
}

/* kmod loads by one of two calls, and which it is depends on more than we may know. */
static bool loaded_otherwise(const struct evidence *e, const struct probe *p, struct cell cell)
{
	struct cell other = { cell.mechanism == MECHANISM_FINIT_B64 ? MECHANISM_INIT_B64
								    : MECHANISM_FINIT_B64, cell.actor };

	if (is_direct(p) || (cell.mechanism != MECHANISM_FINIT_B64 &&
			     cell.mechanism != MECHANISM_INIT_B64))
		return false;
	for (size_t i = 0; i < e->sighting_count; i++)
		if (fits(&e->sightings[i], p, other))
			return true;
	return false;
}

/* Looks for what one act left. */
static void look_for(const struct evidence *e, const struct probe *p, struct judged *j,
		     struct probe_counts *t)
{
	bool seen = false, wanted = false, failed = p->result > PROBE_DONE;

	for (size_t i = 0; i < e->sighting_count; i++) {
		const struct sighting *s = &e->sightings[i];

		if (!fits(s, p, j->cell))
			continue;
		seen = true;
		wanted |= keys_hold(s->keys, e->keys);
		note_keys(j, s->keys);
		if (j->event_id == 0)
			j->event_id = s->event_id;
	}
	if (!seen && loaded_otherwise(e, p, j->cell))
		return;		/* an act of another cell */
	if (is_direct(p) && j->claim != NULL && j->claim->scope == SCOPE_NOT_OURS) {
		t->ours = true;
		return;
	}
	t->acted++;
	t->failed += failed;
	t->seen += seen;
	t->seen_failed += seen && failed;
	t->wanted += wanted;
	t->wanted_failed += wanted && failed;
	if (!seen && is_direct(p))
		t->direct_unseen = true;
	else if (!seen)
		t->tool_unseen = true;
}

static void count_probes(const struct evidence *e, struct judged *j, struct probe_counts *t)
{
	for (size_t i = 0; i < e->probe_count; i++) {
		const struct probe *p = &e->probes[i];

		if (!is_for(p, j->cell) || p->result == PROBE_SKIPPED)
			continue;
		if (p->result == PROBE_PENDING || p->begun_ms == 0 || p->ended_ms == 0)
			t->pending++;
		else
			look_for(e, p, j, t);
	}
}

static void leave_out_failed(struct probe_counts *t)
{
	t->left_out = t->failed > 0;
	t->acted -= t->failed;
	t->seen -= t->seen_failed;
	t->wanted -= t->wanted_failed;
	t->direct_unseen = false;
}

/*
 * A rule that asks for success misses acts that failed: where they were not seen they say nothing
 * about it. One that asks for failure misses those that succeed, and a cell is about loads and
 * unloads: then failed acts say nothing, seen or not.
 */
static bool counts_not_failed(const struct claim *claim, const struct probe_counts *t)
{
	if (claim == NULL)
		return false;
	return claim->asks == ASKS_FAILURE || (claim->asks == ASKS_SUCCESS && t->seen < t->acted);
}

static const struct claim *find_claim(const struct evidence *e, struct cell cell)
{
	for (size_t i = 0; i < e->claim_count; i++)
		if (same_cell(e->claims[i].cell, cell))
			return &e->claims[i];
	return NULL;
}

static void set_verdict(struct judged *j, enum verdict verdict, enum reason reason)
{
	j->verdict = verdict;
	j->reason = reason;
	j->stage = stage_of_reason(reason);
}

static void set_field(struct judged *j, const char *field, const char *value)
{
	j->facts = (struct facts){ .fault = FAULT_NONE };
	snprintf(j->facts.field, sizeof(j->facts.field), "%s", field);
	snprintf(j->facts.value, sizeof(j->facts.value), "%s", value);
}

/*
 * Why acts were not seen, as far as the prediction agrees with what was seen.
 * A rule held to a program misses the direct ones.
 */
static enum reason explain(const struct judged *j, const struct probe_counts *t)
{
	bool agrees = t->seen == 0;

	if (j->claim == NULL)
		return REASON_UNEXPLAINED;
	agrees |= j->claim->scope == SCOPE_KMOD ? t->tool_unseen : t->direct_unseen;
	if (j->claim->expect == EXPECT_SILENT && agrees)
		return j->claim->reason;
	if (t->direct_unseen && !t->tool_unseen && j->claim->by_program)
		return REASON_FILTERED;
	return REASON_UNEXPLAINED;
}

static void judge_unseen(const struct evidence *e, struct judged *j, const struct probe_counts *t)
{
	enum reason why = explain(j, t);

	if (e->loss.lost) {
		set_verdict(j, VERDICT_BLIND, REASON_LOST);
		j->facts = e->loss.facts;
	} else if (!e->markers && j->claimed) {
		set_verdict(j, VERDICT_BLIND, e->delivery.known ? e->delivery.reason : REASON_UNEXPLAINED);
		j->facts = e->delivery.facts;
	} else if (e->changed) {
		set_verdict(j, VERDICT_UNTESTED, REASON_NONE);
		j->facts = (struct facts){ .fault = FAULT_RULES_CHANGED };
	} else {
		set_verdict(j, j->claimed ? VERDICT_SILENT : VERDICT_UNCOVERED,
			    why == REASON_NONE ? REASON_UNEXPLAINED : why);
	}
}

/* Do the facts name the field already that only failed acts meet, or only successful ones? */
static bool is_about_outcome(const struct facts *f)
{
	return strcmp(f->field, "success") == 0 || strcmp(f->field, "exit") == 0;
}

/*
 * Nobody did it, or nobody says so, or it only failed and the rule is about success. A run without
 * an end was killed, if the log goes on behind it.
 */
static void judge_untested(const struct evidence *e, struct judged *j, const struct probe_counts *t)
{
	set_verdict(j, VERDICT_UNTESTED, t->left_out || t->ours ? REASON_FILTERED : REASON_NONE);
	if (t->left_out && !is_about_outcome(&j->facts))
		set_field(j, "success", j->claim->asks == ASKS_SUCCESS ? "=1" : "=0");
	else if (t->ours)
		set_field(j, "exe", "");
	if (!e->markers && !e->went_on && j->claimed)
		judge_unseen(e, j, t);
	else if (t->pending > 0 && e->loss.lost)
		judge_unseen(e, j, t);
}

/* What was seen was not announced by somebody who is known to speak for this host. */
static void doubt(const struct evidence *e, struct judged *j)
{
	set_verdict(j, VERDICT_BLIND, e->doubt.facts.fault == FAULT_FIRST_MARKER ? REASON_LOST
										: REASON_UNEXPLAINED);
	j->facts = e->doubt.facts;
}

static void judge(const struct evidence *e, struct judged *j)
{
	struct probe_counts t = { 0 };

	j->loader = e->run.loader;
	j->locked = e->run.before.enabled == 2 || e->run.after.enabled == 2;
	j->claim = find_claim(e, j->cell);
	j->claimed = j->claim != NULL && j->claim->claimed;
	if (j->claim != NULL)
		j->facts = j->claim->facts;
	count_probes(e, j, &t);
	if (counts_not_failed(j->claim, &t))
		leave_out_failed(&t);
	j->probes = t.acted;
	j->probes_seen = t.seen;
	j->exercised = t.acted > 0;
	j->seen = t.acted > 0 && t.seen == t.acted;

	if (j->claim != NULL && j->claim->expect == EXPECT_INAPPLICABLE && t.seen == 0)
		set_verdict(j, VERDICT_INAPPLICABLE, REASON_NONE);
	else if (!j->exercised || (t.ours && j->seen))
		judge_untested(e, j, &t);
	else if (!j->seen)
		judge_unseen(e, j, &t);
	else if (e->doubt.any)
		doubt(e, j);
	else if (t.wanted < t.acted)
		set_verdict(j, VERDICT_MISKEYED, REASON_OTHER_KEY);
	else
		set_verdict(j, VERDICT_PROVEN, REASON_NONE);
}

void verify(const struct evidence *e, struct judged out[CELLS])
{
	memset(out, 0, CELLS * sizeof(*out));
	for (unsigned i = 0; i < CELLS; i++) {
		out[i].cell.mechanism = (enum mechanism)(i / ACTOR_COUNT);
		out[i].cell.actor = (enum actor)(i % ACTOR_COUNT);
		judge(e, &out[i]);
	}
}
