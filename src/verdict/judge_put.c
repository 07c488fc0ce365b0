#include "verdict/private.h"

#include "sql.h"
#include "verdict/detail.h"

#include <stdio.h>

#define REMEDY_MAX 4096

bool judge_is_told(const struct judged *cell)
{
	return cell->claimed || cell->exercised || cell->verdict == VERDICT_INAPPLICABLE;
}

/* A run that proves nothing is not ok, whatever falls short of nothing. */
static int worst_status(const struct judged judged[CELLS])
{
	bool proven = false;
	int worst = CHECK_OK;

	for (size_t i = 0; i < CELLS; i++) {
		if (!judge_is_told(&judged[i]))
			continue;
		proven |= judged[i].verdict == VERDICT_PROVEN;
		worst = MAX(worst, (int)verdict_status(judged[i].verdict));
	}
	return worst == CHECK_OK && !proven ? CHECK_UNKNOWN : worst;
}

static bool was_seen(const struct evidence *e, const struct probe *p)
{
	for (size_t i = 0; i < e->sighting_count; i++)
		if (e->sightings[i].pid == p->pid && e->sightings[i].time_ms >= p->begun_ms &&
		    e->sightings[i].time_ms <= p->ended_ms)
			return true;
	return false;
}

static void join_caveats(const struct collected_run *g, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < g->caveat_count && len < size; i++)
		len += (size_t)snprintf(out + len, size - len, "%s%s", i ? "\n" : "", g->caveats[i]);
}

/* Acts of which both markers arrived. */
static int64_t count_told(const struct collected_run *g)
{
	int64_t told = 0;

	for (size_t i = 0; i < g->probe_count; i++)
		told += g->probes[i].result != PROBE_PENDING;
	return told;
}

/* What did not arrive. A run without an end may not have done it. */
static void bind_missing(struct query *q, const struct collected_run *g, int worst)
{
	int64_t acts = g->ended ? MAX(g->run.acted - count_told(g), 0) : 0;
	int64_t claims = MAX(g->run.claims - (int64_t)g->claim_count, 0);
	bool whole = g->ended && acts == 0 && claims == 0;

	query_bind_int(q, "acts", g->run.acted);
	query_bind_int(q, "acts_missing", acts);
	query_bind_int(q, "claims", g->run.claims);
	query_bind_int(q, "claims_missing", claims);
	query_bind_int(q, "whole", whole);
	query_bind_int(q, "worst", worst == CHECK_OK && !whole ? CHECK_WARNING : worst);
}

int judge_put_run(struct judge *j, const char *run, uint32_t cells, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_put_judgement, err);
	char caveats[GATHER_CAVEATS * RUN_RULE];
	int64_t probes = 0, seen = 0;

	if (q == NULL)
		return ERR_TRAIL;
	for (size_t i = 0; i < j->collected_run.probe_count; i++) {
		const struct probe *p = &j->collected_run.probes[i];

		probes += p->result >= PROBE_DONE;
		seen += p->result >= PROBE_DONE && was_seen(&j->evidence, p);
	}
	join_caveats(&j->collected_run, caveats, sizeof(caveats));
	query_bind_text(q, "run", run);
	query_bind_int(q, "begun_ms", j->begun_ms);
	query_bind_int(q, "ended_ms", j->collected_run.run.ended_ms);
	query_bind_int(q, "probes", probes);
	query_bind_int(q, "seen", seen);
	bind_missing(q, &j->collected_run, worst_status(j->judged));
	query_bind_text(q, "caveats", caveats);
	query_bind_int(q, "serial", j->serial);
	query_bind_int(q, "cells", cells);
	if (j->signature != NUM_NONE)
		query_bind_int(q, "signature", j->signature);
	return query_step(q, err);
}

/* A file and a line for programs; of the kernel's list only the number. */
static void bind_place(struct query *q, const char *file, const char *line, const struct place *p)
{
	query_bind_text(q, file, p->file);
	query_bind_int(q, line, p->kind == PLACE_FILE || p->kind == PLACE_KERNEL ? p->line : 0);
}

/* detail: the room for their text, which q borrows until it has run. */
static void bind_facts(struct query *q, const struct facts *f, char detail[static DETAIL_MAX])
{
	query_bind_text(q, "field", f->field);
	query_bind_text(q, "value", f->value);
	query_bind_text(q, "path", f->path);
	query_bind_text(q, "other_rule", f->other);
	bind_place(q, "other_file", "other_line", &f->at);
	query_bind_int(q, "fault", f->fault);
	if (detail_counts(f))
		query_bind_int(q, "amount", f->amount[0]);
	query_bind_text(q, "detail", detail_text(f, detail));
}

static int put_cell(struct judge *j, const struct judged *cell, const char *run, struct error *err)
{
	AUTO(query_closep) struct query *q = judge_ask(j, sql_judge_put_cell, err);
	static const struct claim none;
	const struct claim *claim = cell->claim ? cell->claim : &none;
	char remedy[REMEDY_MAX], place[PLACE_TEXT], detail[DETAIL_MAX];

	if (q == NULL)
		return ERR_TRAIL;
	remedy_text(cell, j->key[0] ? j->key[0] : KEY_DEFAULT, remedy, sizeof(remedy));
	query_bind_int(q, "mechanism", cell->cell.mechanism);
	query_bind_int(q, "actor", cell->cell.actor);
	query_bind_int(q, "verdict", cell->verdict);
	query_bind_int(q, "reason", cell->reason);
	query_bind_int(q, "stage", cell->stage);
	query_bind_int(q, "claimed", cell->claimed);
	query_bind_int(q, "source", j->source[cell - j->judged]);
	query_bind_int(q, "expect", claim->expect);
	query_bind_int(q, "probes", cell->probes);
	query_bind_int(q, "seen", cell->probes_seen);
	query_bind_text(q, "seen_keys", cell->seen_keys);
	query_bind_text(q, "rule", claim->rule);
	query_bind_text(q, "place", place_text(&claim->place, place));
	bind_place(q, "file", "line", &claim->place);
	bind_facts(q, &cell->facts, detail);
	query_bind_text(q, "remedy", remedy);
	query_bind_int(q, "event_id", cell->event_id);
	query_bind_int(q, "checked_ms", j->begun_ms);
	query_bind_text(q, "run", run);
	return query_step(q, err);
}

int judge_put_cells(struct judge *j, uint32_t cells, const char *run, struct error *err)
{
	int rc;

	for (size_t i = 0; i < CELLS; i++)
		if ((cells >> i & 1) != 0 && judge_is_told(&j->judged[i]) &&
		    (rc = put_cell(j, &j->judged[i], run, err)) < 0)
			return rc;
	return 0;
}
