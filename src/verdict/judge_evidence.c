#include "verdict/private.h"

#include "model/legacy.h"

#include <stdio.h>
#include <string.h>

void judge_release(struct judge *j)
{
	for (size_t i = 0; i < j->evidence.sighting_count; i++)
		free(j->owned[i]);
	j->evidence.sighting_count = 0;
}

/* A clock that is set back while the run is under way puts its end before its begin. */
static void take_marker(struct judge *j, const struct written *m)
{
	marker_collect_add(&j->collected_run, m);
	j->from_ms = MIN(j->from_ms, m->time_ms);
	j->ended_ms = MAX(j->ended_ms, m->time_ms);
}

static int read_markers(struct judge *j, const char *run, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_markers, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_text(q, "run", run);
	while ((rc = query_step(q, err)) > 0) {
		struct written m = { query_text(q, 0), query_int(q, 1), query_int(q, 2), 0 };

		if (j->collected_run.writer == 0) {
			j->serial = query_int(q, 3);
			j->signature = query_int(q, 5);
		}
		j->believed = query_int(q, 4) != 0;
		take_marker(j, &m);
	}
	return rc;
}

static void copy_text(char *out, size_t size, struct bytes text)
{
	snprintf(out, size, "%.*s", (int)text.len, text.data ? text.data : "");
}

/* A row of judge-note.sql. Numbers that a newer program wrote explain nothing to this one. */
static void take_delivery(struct delivery_state *delivery, const struct query *q)
{
	struct facts *f = &delivery->facts;
	int64_t reason = query_int(q, 0), fault = query_int(q, 1);
	char detail[RUN_RULE];

	delivery->known = !query_is_null(q, 0);
	if (delivery->known)
		delivery->reason = reason < REASON_COUNT ? (enum reason)reason : REASON_UNEXPLAINED;
	f->fault = fault < FAULT_COUNT ? (enum delivery_fault)fault : FAULT_NONE;
	copy_text(f->path, sizeof(f->path), query_text(q, 2));
	copy_text(f->text, sizeof(f->text), query_text(q, 3));
	for (int i = 0; i < FAULT_AMOUNTS; i++)
		f->amount[i] = query_int(q, 4 + i);
	if (query_is_null(q, 4 + FAULT_AMOUNTS))
		return;
	copy_text(detail, sizeof(detail), query_text(q, 4 + FAULT_AMOUNTS));
	legacy_note(delivery, detail);
}

/* The host's own word, where the log has none. */
static int read_note(struct judge *j, const char *run, struct error *err)
{
	struct delivery_state *delivery = &j->evidence.delivery;
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_note, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_text(q, "run", run);
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	j->noted = j->believed = true;
	take_delivery(delivery, q);
	query_close(q);
	if ((q = judge_ask(j, sql_judge_note_markers, err)) == NULL)
		return ERR_TRAIL;
	query_bind_text(q, "run", run);
	marker_collect_init(&j->collected_run, run);
	while ((rc = query_step(q, err)) > 0) {
		struct written m = { query_text(q, 0), query_int(q, 1), 1, 0 };

		take_marker(j, &m);
	}
	return rc;
}

/* Did anything arrive after the last marker? */
static int look_behind(struct judge *j, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_went_on, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "ended_ms", j->ended_ms);
	if ((rc = query_step(q, err)) > 0)
		j->evidence.went_on = !j->evidence.delivery.known;
	return MIN(rc, 0);
}

/* Copies text to *at and moves *at behind it. */
static struct bytes keep(char **at, struct bytes text)
{
	struct bytes kept = { text.data ? *at : NULL, text.len };

	if (text.len > 0)
		memcpy(*at, text.data, text.len);
	*at += text.len;
	return kept;
}

static int take_sighting(struct judge *j, const struct query *q, struct error *err)
{
	struct sighting *s = &j->sighting[j->evidence.sighting_count];
	struct bytes tool = query_text(q, 6), module = query_text(q, 7), keys = query_text(q, 8);
	char *at = malloc(tool.len + module.len + keys.len + 1);

	if (at == NULL)
		return error_set(err, ERR_NOMEM, "out of memory");
	j->owned[j->evidence.sighting_count++] = at;
	*s = (struct sighting){
		.event_id = query_int(q, 0), .time_ms = query_int(q, 1), .pid = query_int(q, 2),
		.auid = query_is_null(q, 3) ? NUM_NONE : query_int(q, 3),
		.call = (enum module_call)query_int(q, 4), .abi = (enum abi)query_int(q, 5),
		.tool = keep(&at, tool), .module = keep(&at, module), .keys = keep(&at, keys),
		.success = query_int(q, 9) != 0,
	};
	return 0;
}

/* A statement about the time in which the run was under way. */
static struct query *ask_span(struct judge *j, enum statement id, struct error *err)
{
	struct query *q = judge_ask(j, id, err);

	if (q == NULL)
		return NULL;
	query_bind_int(q, "begun_ms", j->from_ms);
	query_bind_int(q, "ended_ms", j->ended_ms);
	return q;
}

static int read_sightings_of(struct judge *j, const struct probe *p, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_sightings, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_int(q, "pid", p->pid);
	query_bind_int(q, "begun_ms", p->begun_ms);
	query_bind_int(q, "ended_ms", p->ended_ms);
	query_bind_int(q, "limit", PROBE_SIGHTINGS);
	if (!j->noted)
		query_bind_int(q, "writer", j->collected_run.writer);
	while ((rc = query_step(q, err)) > 0)
		if ((rc = take_sighting(j, q, err)) < 0)
			return rc;
	return rc;
}

/* Each act is looked for by itself: many runs at once may span what a host did in an hour. */
static int read_sightings(struct judge *j, struct error *err)
{
	int rc;

	for (size_t i = 0; i < j->collected_run.probe_count; i++) {
		const struct probe *p = &j->collected_run.probes[i];

		if (p->ended_ms != 0 && (rc = read_sightings_of(j, p, err)) < 0)
			return rc;
	}
	return 0;
}

/* A rule that came half-way, or went: what was done before it is not what the rules are about now. */
static int read_changes(struct judge *j, struct error *err)
{
	AUTO(query_closep) struct query *q = ask_span(j, sql_judge_changed, err);
	int rc = q ? query_step(q, err) : ERR_TRAIL;

	j->evidence.changed = rc > 0;
	return MIN(rc, 0);
}

static int read_losses(struct judge *j, struct error *err)
{
	struct loss_span *loss = &j->evidence.loss;
	AUTO(query_closep) struct query *q = NULL;
	int rc;

	marker_collect_loss(&j->collected_run, loss);
	if (loss->lost)
		return 0;
	if ((q = ask_span(j, sql_judge_losses, err)) == NULL)
		return ERR_TRAIL;
	if ((rc = query_step(q, err)) <= 0)
		return rc;
	loss->lost = true;
	loss->facts.fault = query_is_null(q, 1) ? FAULT_DAEMON_EVENT : FAULT_KNOWN_LOSS;
	copy_text(loss->facts.text, sizeof(loss->facts.text), query_text(q, 0));
	copy_text(loss->facts.path, sizeof(loss->facts.path), query_text(q, 1));
	return 0;
}

/* The keys asked for, else those of the run, else the usual one. */
static void choose_keys(struct judge *j)
{
	char *next = j->keys;
	size_t count = 0;

	for (; j->how->keys != NULL && j->how->keys[count] != NULL && count < KEYS_MAX; count++)
		j->key[count] = j->how->keys[count];
	if (count == 0) {
		snprintf(j->keys, sizeof(j->keys), "%s",
			 j->collected_run.run.keys[0] ? j->collected_run.run.keys : KEY_DEFAULT);
		for (char *key; count < KEYS_MAX && (key = strsep(&next, ",")) != NULL; )
			if (*key != '\0')
				j->key[count++] = key;
	}
	j->key[count] = NULL;
	j->evidence.keys = j->key;
}

static size_t cell_index(struct cell c)
{
	return (size_t)c.mechanism * ACTOR_COUNT + c.actor;
}

/*
 * What others claim counts beside the run's own: the host may not have it at
 * all, but what it expects of the cell is still what it knows best.
 */
static void add_outside(struct judge *j, const struct claim *outside)
{
	enum claim_origin *source = &j->source[cell_index(outside->cell)];
	struct claim *own = NULL;

	for (size_t i = 0; i < j->evidence.claim_count; i++)
		if (cell_index(j->claims[i].cell) == cell_index(outside->cell))
			own = &j->claims[i];
	if (own != NULL && (own->claimed || own->expect == EXPECT_INAPPLICABLE ||
			    j->outside_source == CLAIM_CONFIG))
		return;
	if (own == NULL) {
		own = &j->claims[j->evidence.claim_count++];
		*own = *outside;
	}
	own->claimed = true;
	memcpy(own->rule, outside->rule, sizeof(own->rule));
	own->place = outside->place;
	own->asks = outside->asks;
	own->by_program = outside->by_program;
	*source = j->outside_source;
}

static void join_claims(struct judge *j)
{
	for (size_t i = 0; i < CELLS; i++)
		j->source[i] = CLAIM_NONE;
	for (size_t i = 0; i < j->collected_run.claim_count; i++) {
		j->claims[i] = j->collected_run.claims[i];
		if (j->claims[i].claimed)
			j->source[cell_index(j->claims[i].cell)] = CLAIM_SELFTEST;
	}
	j->evidence.claims = j->claims;
	j->evidence.claim_count = j->collected_run.claim_count;
	for (size_t i = 0; i < j->outside_count; i++)
		add_outside(j, &j->outside[i]);
}

void judge_no_evidence(struct judge *j)
{
	judge_release(j);
	marker_collect_init(&j->collected_run, "");
	j->evidence = (struct evidence){ .markers = true };
	j->begun_ms = j->from_ms = j->ended_ms = 0;
	choose_keys(j);
	join_claims(j);
}

/* Does the log tell what the run came to? Where it does not, the host may know why. */
static bool is_told(const struct judge *j)
{
	return j->collected_run.ended && !j->evidence.delivery.known;
}

/* Whether a run may speak for its host is decided in the view believed_run; here is why not. */
static void take_doubt(struct judge *j)
{
	j->evidence.doubt.any = !j->believed;
	j->evidence.doubt.facts.fault = j->collected_run.begun ? FAULT_TWO_BEGINS : FAULT_FIRST_MARKER;
}

int judge_evidence(struct judge *j, const char *run, int64_t begun_ms, struct error *err)
{
	struct evidence *e = &j->evidence;
	int rc;

	judge_release(j);
	*e = (struct evidence){ .markers = false };
	marker_collect_init(&j->collected_run, run);
	j->believed = j->noted = j->judged_all = false;
	j->serial = 0;
	j->signature = NUM_NONE;
	j->begun_ms = j->from_ms = j->ended_ms = begun_ms;
	if ((rc = read_markers(j, run, err)) < 0)
		return rc;
	e->markers = j->collected_run.begun && j->collected_run.ended;
	if (!e->markers && ((rc = read_note(j, run, err)) < 0 || (rc = look_behind(j, err)) < 0))
		return rc;
	if (j->collected_run.run.begun_ms != 0)
		j->begun_ms = j->collected_run.run.begun_ms;
	take_doubt(j);
	choose_keys(j);
	join_claims(j);
	if ((rc = read_sightings(j, err)) < 0 ||
	    (is_told(j) && ((rc = read_losses(j, err)) < 0 || (rc = read_changes(j, err)) < 0)))
		return rc;
	e->run = j->collected_run.run;
	if (e->run.loader == LOADER_UNKNOWN)
		e->run.loader = legacy_loader(j->collected_run.claims, j->collected_run.claim_count);
	e->probes = j->collected_run.probes;
	e->probe_count = j->collected_run.probe_count;
	e->sightings = j->sighting;
	return 0;
}

static bool ends_with_claim(const struct query *q)
{
	return bytes_are(query_text(q, 1), "add_rule");
}

/*
 * Records of rule changes have the key, not the text: a host that loads a rule
 * under a wanted key claims something, and nobody knows what.
 */
static int assume_claims(struct judge *j, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_config, err);
	int rc;

	if (q == NULL)
		return ERR_TRAIL;
	query_bind_text(q, "key", j->how->keys ? j->how->keys[0] : KEY_DEFAULT);
	if ((rc = query_step(q, err)) <= 0 || !ends_with_claim(q))
		return MIN(rc, 0);
	for (size_t i = 0; i < CELLS; i++) {
		j->outside[i] = (struct claim){
			.cell = { (enum mechanism)(i / ACTOR_COUNT), (enum actor)(i % ACTOR_COUNT) },
			.claimed = true, .place = { .kind = PLACE_EVENT, .line = query_int(q, 0) },
			.facts = { .fault = FAULT_UNKNOWN_RULE },
		};
	}
	j->outside_count = CELLS;
	j->outside_source = CLAIM_CONFIG;
	return 0;
}

/* A row of judge-claims.sql. */
static void take_outside(struct claim *c, const struct query *q)
{
	*c = (struct claim){
		.cell = { (enum mechanism)query_int(q, 0), (enum actor)query_int(q, 1) },
		.claimed = true, .place = { .kind = PLACE_FILE, .line = query_int(q, 4) },
		.asks = (enum asks)query_int(q, 5), .by_program = query_int(q, 6) != 0,
	};
	copy_text(c->rule, sizeof(c->rule), query_text(q, 2));
	copy_text(c->place.file, sizeof(c->place.file), query_text(q, 3));
	if (query_is_null(q, 5))
		legacy_rule(c);
}

int judge_outside(struct judge *j, bool has_runs, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_claims, err);
	int rc;

	j->outside_count = 0;
	j->outside_source = CLAIM_RULES;
	if (q == NULL)
		return ERR_TRAIL;
	while ((rc = query_step(q, err)) > 0 && j->outside_count < CELLS)
		if (query_int(q, 0) < MECHANISM_COUNT && query_int(q, 1) < ACTOR_COUNT)
			take_outside(&j->outside[j->outside_count++], q);
	if (rc < 0 || j->outside_count > 0 || has_runs)
		return MIN(rc, 0);
	return assume_claims(j, err);
}
