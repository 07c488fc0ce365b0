#include "verdict/marker_collect.h"

#include <stdio.h>
#include <string.h>

void marker_collect_init(struct collected_run *g, const char *run)
{
	memset(g, 0, sizeof(*g));
	snprintf(g->run.id, sizeof(g->run.id), "%s", run);
	g->run.before = g->run.after = (struct run_state){ -1, -1, -1 };
}

static bool take_begin(struct collected_run *g, const struct selftest_run *begin,
		       const struct written *m)
{
	if (g->begun)
		return false;
	g->begun = true;
	g->run.begun_ms = m->time_ms;
	g->run.before = begin->before;
	g->run.probes = begin->probes;
	g->run.claims = begin->claims;
	g->run.loader = begin->loader;
	memcpy(g->run.keys, begin->keys, sizeof(g->run.keys));
	memcpy(g->run.module, begin->module, sizeof(g->run.module));
	return true;
}

static bool take_end(struct collected_run *g, const struct selftest_run *end,
		     const struct written *m)
{
	if (g->ended)
		return false;
	g->ended = true;
	g->run.after = end->after;
	g->run.acted = end->acted;
	g->run.ended_ms = m->time_ms;
	return true;
}

static bool take_claim(struct collected_run *g, const struct claim *claim)
{
	for (size_t i = 0; i < g->claim_count; i++)
		if (g->claims[i].cell.mechanism == claim->cell.mechanism &&
		    g->claims[i].cell.actor == claim->cell.actor)
			return false;
	g->claims[g->claim_count++] = *claim;
	return true;
}

static struct probe *find_probe(struct collected_run *g, int64_t number)
{
	for (size_t i = 0; i < g->probe_count; i++)
		if (g->probes[i].number == number)
			return &g->probes[i];
	return NULL;
}

static bool take_probe(struct collected_run *g, const struct probe *probe, const struct written *m)
{
	if (g->probe_count == GATHER_PROBES || find_probe(g, probe->number) != NULL)
		return false;
	g->probes[g->probe_count] = *probe;
	g->probes[g->probe_count++].begun_ms = m->time_ms;
	return true;
}

static bool take_acted(struct collected_run *g, const struct probe *acted, const struct written *m)
{
	struct probe *probe = find_probe(g, acted->number);

	if (probe == NULL || probe->pid != acted->pid || probe->ended_ms != 0)
		return false;
	probe->result = acted->result;
	probe->ended_ms = m->time_ms;
	return true;
}

static bool take_caveat(struct collected_run *g, const char *text)
{
	if (g->caveat_count == GATHER_CAVEATS)
		return false;
	memcpy(g->caveats[g->caveat_count++], text, RUN_RULE);
	return true;
}

static bool take(struct collected_run *g, const struct run_marker *marker, const struct written *m)
{
	switch (marker->word) {
	case WORD_BEGIN:
		return take_begin(g, &marker->begin, m);
	case WORD_CLAIM:
		return take_claim(g, &marker->claim);
	case WORD_CAVEAT:
		return take_caveat(g, marker->caveat);
	case WORD_PROBE:
		return take_probe(g, &marker->probe, m);
	case WORD_ACTED:
		return take_acted(g, &marker->acted, m);
	case WORD_END:
		return take_end(g, &marker->end, m);
	default:
		return false;
	}
}

void marker_collect_add(struct collected_run *g, const struct written *m)
{
	struct run_marker marker;

	run_read(&marker, m->text);
	if (marker.word == WORD_NONE || m->uid != 0 || strcmp(marker.run, g->run.id) != 0 ||
	    (g->writer != 0 && m->pid != g->writer)) {
		g->refused++;
		return;
	}
	g->writer = m->pid;
	if (!take(g, &marker, m))
		g->refused++;
}

void marker_collect_loss(const struct collected_run *g, struct loss_span *loss)
{
	const struct selftest_run *run = &g->run;
	struct facts *f = &loss->facts;

	if (!g->ended)
		return;
	if (!g->begun)
		*f = (struct facts){ .fault = FAULT_FIRST_MARKER };
	else if (run->before.lost >= 0 && run->after.lost >= 0 && run->after.lost != run->before.lost)
		*f = (struct facts){ .fault = FAULT_LOST_COUNTER,
				     .amount = { run->before.lost, run->after.lost } };
	else if (run->before.daemon_pid != run->after.daemon_pid)
		*f = (struct facts){ .fault = FAULT_DAEMON_REPLACED,
				     .amount = { run->before.daemon_pid, run->after.daemon_pid } };
	else if ((int64_t)g->probe_count < run->acted)
		*f = (struct facts){ .fault = FAULT_PROBE_MARKERS,
				     .amount = { (int64_t)g->probe_count, run->acted } };
	else
		return;
	loss->lost = true;
}
